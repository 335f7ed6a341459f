#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../shared/text_filter.hpp"
#include "../shared/tool_names.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "text_places.hpp"

namespace breakwater::cohere {

/// What the encoder asked for, as far as it changes how the answer is read.
struct AnswerShape {
    ToolNames names{};
    TextFilter::Kind filter = TextFilter::Kind::none;
};

/// State machine from the API's events to canonical ones, for streams and whole answers alike. Elements are read during
/// the call only. What says that the answer failed is the caller's.
class MessageStream {
public:
    explicit MessageStream(AnswerShape shape) : shape_(std::move(shape)), filter_(shape_.filter) {}

    /// One streamed event. Unknown types are skipped.
    void on_event(std::string_view type, JsonReader::Element event, EventSink& sink);
    /// A whole answer.
    void on_answer(JsonReader::Element answer, EventSink& sink);
    /// StreamEnd has been sent; what follows does not belong to this answer.
    [[nodiscard]] bool ended() const noexcept { return ended_; }

private:
    struct TextBlock {
        std::int64_t index;
        std::int64_t begin;  // in characters of the whole answer
    };

    void start(JsonReader::Element holder, EventSink& sink);
    void start_content(std::int64_t index, JsonReader::Element content, EventSink& sink);
    void content_delta(JsonReader::Element content, EventSink& sink);
    void pass_over(JsonReader::Element content, EventSink& sink);
    void start_call(std::int64_t index, JsonReader::Element call, EventSink& sink);
    void arguments(std::string_view fragment, EventSink& sink);
    void end_call(EventSink& sink);
    void text(std::string_view text, EventSink& sink);
    void send_text(std::string_view text, EventSink& sink);
    void reasoning(std::string_view text, EventSink& sink);
    void cite(JsonReader::Element citation, EventSink& sink);
    void logprobs(JsonReader::Element item, EventSink& sink);
    void finish(JsonReader::Element holder, EventSink& sink);

    AnswerShape shape_;
    TextFilter filter_;
    TextPlaces places_;
    std::vector<TextBlock> text_blocks_;
    std::string filtered_;  // scratch
    std::string scratch_;
    std::string held_arguments_;  // of the open call, as long as they may still turn out to be `null`
    std::uint32_t call_ = 0;      // the open one
    bool call_open_ = false;
    bool arguments_begun_ = false;
    bool passed_over_ = false;  // the content block is of a type that is not known
    bool ended_ = false;
};

}  // namespace breakwater::cohere
