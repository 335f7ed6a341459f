#pragma once

#include <cstdint>
#include <string>

#include "../shared/text_filter.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::ollama {

/// Objects of an answer to canonical events. Each has a piece of the message, and the last says `done`; a whole answer
/// is one object that is the first and the last. Elements are read during the call only.
class AnswerStream {
public:
    explicit AnswerStream(TextFilter::Kind filter) : filter_(filter) {}

    void on_object(JsonReader::Element object, EventSink& sink);
    /// There was a part of an answer.
    [[nodiscard]] bool started() const noexcept { return started_; }
    /// StreamEnd has been sent; what follows does not belong to this answer.
    [[nodiscard]] bool ended() const noexcept { return ended_; }

private:
    void start(JsonReader::Element object, EventSink& sink);
    void message(JsonReader::Element message, std::string_view created_at, EventSink& sink);
    void text(std::string_view text, EventSink& sink);
    void call(JsonReader::Element call, std::string_view created_at, EventSink& sink);
    void logprobs(JsonReader::Element items, EventSink& sink);
    void finish(JsonReader::Element object, EventSink& sink);

    TextFilter filter_;
    std::string filtered_;  // scratch
    std::string logprobs_;  // scratch
    std::string arguments_;
    std::uint32_t calls_ = 0;
    bool started_ = false;
    bool ended_ = false;
};

}  // namespace breakwater::ollama
