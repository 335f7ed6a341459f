#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../shared/tool_names.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "citations.hpp"

namespace breakwater::openai_responses {

/// What the encoder asked for, as far as it changes how the answer is read.
struct AnswerShape {
    ToolNames names{};
    std::string provider{};     ///< configured name: owner of what is encrypted
    bool native_items = false;  ///< the client speaks this API: it gets the calls of the vendor's own tools as they are
};

/// State machine from the API's events to canonical ones, for streams and whole answers alike: an answer is a list of
/// items, and an item that came whole is one of which nothing had been streamed. Elements are read during the call
/// only. What says that the answer failed is the caller's.
class AnswerStream {
public:
    explicit AnswerStream(AnswerShape shape) : shape_(std::move(shape)) {}

    /// One streamed event. Unknown types are skipped. Errors: more items at once than any answer has
    /// (upstream_invalid).
    Result<void> on_event(std::string_view type, JsonReader::Element event, EventSink& sink);
    /// The response object of a whole answer, or of the event that ends a stream.
    void on_response(JsonReader::Element response, EventSink& sink);
    /// StreamEnd has been sent; what follows does not belong to this answer.
    [[nodiscard]] bool ended() const noexcept { return ended_; }

private:
    /// An item of which more may come.
    struct Item {
        std::int64_t index = 0;
        std::uint32_t call = 0;
        bool is_call = false;
        bool summary = false;   ///< its thoughts came as a summary,
        bool thoughts = false;  ///< or as they are: one of the two is told
        bool cited = false;
        std::int64_t part = -1;  ///< the last part of it of which something was told
        std::size_t told = 0;    ///< bytes of that part, or of the call's arguments
    };
    using Element = JsonReader::Element;

    Item* find(std::int64_t index) noexcept;
    /// Null when there are too many.
    Item* open(std::int64_t index, std::string_view type, EventSink& sink);
    void close(std::int64_t index);
    bool added(std::int64_t index, Element element, EventSink& sink);
    bool done(std::int64_t index, Element element, EventSink& sink);
    Result<void> delta(std::string_view type, Element event, std::int64_t index, EventSink& sink);
    void start(Element response, bool complete, EventSink& sink);
    void start_call(Element element, Item& item, EventSink& sink);

    void message_item(Element element, Item& item, EventSink& sink);
    void message_part(Element piece, std::int64_t part, Item& item, EventSink& sink);
    void call_item(Element element, Item& item, EventSink& sink);
    void reasoning_item(Element element, Item& item, EventSink& sink);

    void text(std::string_view text, std::int64_t part, Item& item, EventSink& sink);
    void refusal(std::string_view text, std::int64_t part, Item& item, EventSink& sink);
    void say(std::string_view text, std::int64_t part, Item& item);
    void arguments(std::string_view text, Item& item, EventSink& sink);
    void summary(std::string_view text, std::int64_t part, Item& item, EventSink& sink);
    void thought(std::string_view text, std::int64_t part, Item& item, EventSink& sink);
    void think(std::string_view text, std::int64_t part, Item& item, EventSink& sink);
    void logprobs(Element holder, EventSink& sink);
    void end_thought(bool sealed, EventSink& sink);
    void finish(Element response, EventSink& sink);

    AnswerShape shape_;
    Citations citations_;
    std::vector<Item> items_;
    std::string scratch_;
    std::string seal_;  // of the reasoning item that has ended, until it is known what follows
    std::int64_t last_done_ = -1;
    std::uint32_t calls_ = 0;
    bool thinking_ = false;  // thoughts have been sent whose end has not
    bool any_item_ = false;
    bool ended_ = false;
};

}  // namespace breakwater::openai_responses
