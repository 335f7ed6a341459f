#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../shared/text_filter.hpp"
#include "../shared/tool_names.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::anthropic {

/// What the encoder asked for, as far as it changes how the answer is read.
struct AnswerShape {
    ToolNames names{};
    bool json_tool = false;  ///< the answer's text is the arguments of a forced call
    TextFilter::Kind filter = TextFilter::Kind::none;
};

/// State machine from the API's events to canonical ones, for streams and whole messages alike: a whole message is a
/// start, its blocks and an end. Elements are read during the call only.
class MessageStream {
public:
    explicit MessageStream(AnswerShape shape) : shape_(std::move(shape)), filter_(shape_.filter) {}

    /// One streamed event; `error` events are the caller's. Unknown types are skipped. Errors: upstream_invalid.
    Result<void> on_event(std::string_view type, JsonReader::Element event, EventSink& sink);
    /// A whole message.
    void on_message(JsonReader::Element message, EventSink& sink);
    /// End of the body. Errors: upstream_truncated, unless the answer is complete.
    Result<void> on_eof(EventSink& sink);
    /// StreamEnd has been sent; what follows does not belong to this answer.
    [[nodiscard]] bool ended() const noexcept { return ended_; }

private:
    struct Citation {
        std::string url;
        std::string title;
    };
    struct Block {
        enum class Kind : std::uint8_t { text, thinking, redacted, call, json_call, native, ignored };
        std::int64_t index = 0;
        Kind kind = Kind::ignored;
        std::uint32_t call = 0;  // position among the client's calls
        bool has_arguments = false;
        std::string input{};  // arguments that came with the start, used when no delta brings any
        std::string seal{};   // signature, or redacted data
        std::string whole{};  // a native block, as it began
        std::vector<Citation> citations{};
        std::int64_t text_begin = 0;  // in UTF-16 code units of the whole answer, as annotations count
    };

    Result<void> start_message(JsonReader::Element event, EventSink& sink);
    void read_message(JsonReader::Element message, EventSink& sink);
    void update_message(JsonReader::Element event, EventSink& sink);
    void update_usage(JsonReader::Element holder, EventSink& sink);
    void read_stop(JsonReader::Element holder, EventSink& sink);
    void finish(EventSink& sink);

    // blocks.cpp
    void start_block(std::int64_t index, JsonReader::Element content, EventSink& sink);
    Result<void> delta(JsonReader::Element event, EventSink& sink);
    void stop_block(std::int64_t index, EventSink& sink);
    void whole_block(JsonReader::Element content, EventSink& sink);
    void close(Block& block, EventSink& sink);
    void close_all(EventSink& sink);
    Block* find(std::int64_t index) noexcept;
    Block& open(std::int64_t index, Block::Kind kind, EventSink& sink);
    void open_call(Block& block, JsonReader::Element content, EventSink& sink);
    void text(std::string_view text, EventSink& sink);
    void answer_text(std::string_view text, EventSink& sink);
    void send_text(std::string_view text, EventSink& sink);
    void reasoning(std::string_view text, EventSink& sink);
    void arguments(Block& block, std::string_view json, EventSink& sink);
    static void send_native(const Block& block, EventSink& sink);
    static void cite(Block& block, JsonReader::Element citation, EventSink& sink);
    void send_citations(const Block& block, EventSink& sink);
    void finish_text(EventSink& sink);

    AnswerShape shape_;
    TextFilter filter_;
    std::vector<Block> blocks_;  // open ones
    std::string id_;
    std::string stop_reason_;
    std::string stop_sequence_;
    std::string explanation_;  // of a refusal
    std::string filtered_;     // scratch
    std::string suppressed_;   // text beside a forced call, used only when the call never comes
    std::int64_t text_units_ = 0;
    std::uint32_t calls_ = 0;
    bool json_call_seen_ = false;
    bool has_text_ = false;
    bool started_ = false;
    bool ended_ = false;
};

}  // namespace breakwater::anthropic
