#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai {

/// Sources of an answer. OpenAI puts them into `annotations`; Perplexity and xAI repeat a list of URLs at the top level
/// of every chunk, which becomes annotations of the first choice, once, at the end. One per answer.
class Citations {
public:
    /// The annotations of a delta or message.
    void read_annotations(JsonReader::Array annotations, std::uint32_t choice, EventSink& sink);
    /// The `citations` of a chunk, with titles from its `search_results`.
    void read_urls(JsonReader::Array citations, std::optional<JsonReader::Array> search_results);
    /// Emits what only the top level had. Nothing when there were annotations as well.
    void finish(EventSink& sink) const;

private:
    struct Source {
        std::string url{};
        std::string title{};
    };
    std::vector<Source> sources_;
    std::string scratch_;
    bool annotated_ = false;
};

}  // namespace breakwater::openai
