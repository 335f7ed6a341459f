#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../shared/text_filter.hpp"
#include "../shared/tool_names.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::bedrock {

/// What the encoder asked for, as far as it changes how the answer is read.
struct AnswerShape {
    ToolNames names{};
    bool json_tool = false;  ///< the answer's text is the arguments of a forced call
    TextFilter::Kind filter = TextFilter::Kind::none;
};

/// State machine from Converse's events to canonical ones, for streams and whole answers alike: a whole answer is its
/// blocks, a stop and its metadata. Elements are read during the call only.
class AnswerStream {
public:
    explicit AnswerStream(AnswerShape shape) : shape_(std::move(shape)), filter_(shape_.filter) {}

    /// Facts from the head. Not content.
    void start(std::string_view request_id, EventSink& sink);
    /// One streamed event, by the name of the member that it is. Unknown ones are skipped. Errors: upstream_invalid.
    Result<void> on_event(std::string_view type, JsonReader::Element event, EventSink& sink);
    /// A whole answer.
    void on_answer(JsonReader::Element answer, EventSink& sink);
    /// The body ended at the border of a frame. Errors: upstream_truncated, unless the model has stopped.
    Result<void> on_eof(EventSink& sink);

    /// StreamEnd has been sent; what follows does not belong to this answer.
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    /// A stop reason that makes the answer a failure when there is nothing of it, or empty.
    [[nodiscard]] std::string_view malformed() const noexcept;

private:
    struct Citation {
        std::string url;
        std::string title;
    };
    struct Block {
        enum class Kind : std::uint8_t { unknown, text, reasoning, call, json_call, ignored };
        std::int64_t index = 0;
        Kind kind = Kind::unknown;
        std::uint32_t call = 0;  // position among the client's calls
        std::string signature{};
        std::string redacted{};  // bytes
        std::vector<Citation> citations{};
        std::int64_t text_begin = 0;  // in UTF-16 code units of the whole answer, as annotations count
    };

    void stop(JsonReader::Element event, EventSink& sink);
    void metadata(JsonReader::Element event, EventSink& sink);
    void end_if_complete(EventSink& sink);
    void end(EventSink& sink);

    // blocks.cpp
    void start_block(std::int64_t index, JsonReader::Element start, EventSink& sink);
    Result<void> delta(std::int64_t index, JsonReader::Element delta, EventSink& sink);
    void reasoning_delta(Block& block, JsonReader::Element delta, EventSink& sink);
    void stop_block(std::int64_t index, EventSink& sink);
    void whole_block(JsonReader::Element content, EventSink& sink);
    void whole_call(JsonReader::Element call, EventSink& sink);
    void whole_citations(JsonReader::Element content, EventSink& sink);
    void close(Block& block, EventSink& sink);
    void close_all(EventSink& sink);
    Block* find(std::int64_t index) noexcept;
    /// The block, opened as what it turns out to be: only those of tools say so at their start.
    Block& block_of(std::int64_t index, Block::Kind kind, EventSink& sink);
    void open_call(Block& block, JsonReader::Element call, EventSink& sink);
    void text(std::string_view text, EventSink& sink);
    void answer_text(std::string_view text, EventSink& sink);
    void send_text(std::string_view text, EventSink& sink);
    void arguments(const Block& block, std::string_view json, EventSink& sink);
    static void cite(Block& block, JsonReader::Element citation);
    void send_citations(const Block& block, EventSink& sink);
    void finish_text(EventSink& sink);

    AnswerShape shape_;
    TextFilter filter_;
    std::vector<Block> blocks_;  // open ones
    std::string stop_reason_;
    std::string filtered_;    // scratch
    std::string suppressed_;  // text beside a forced call, used only when the call never comes
    std::int64_t text_units_ = 0;
    std::int64_t cited_units_ = 0;  // where the last citation ended
    std::uint32_t calls_ = 0;
    bool json_call_seen_ = false;
    bool has_content_ = false;
    bool has_usage_ = false;
    bool stopped_ = false;
    bool ended_ = false;
};

}  // namespace breakwater::bedrock
