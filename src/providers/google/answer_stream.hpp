#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../shared/text_filter.hpp"
#include "../shared/tool_names.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "citations.hpp"
#include "partial_arguments.hpp"
#include "usage.hpp"

namespace breakwater::google {

/// What the encoder asked for, as far as it changes how the answer is read.
struct AnswerShape {
    ToolNames names{};
    TextFilter::Kind filter = TextFilter::Kind::none;
    bool one_call = false;  ///< calls behind the first are kept back
    bool searches = false;  ///< the answer may cite pages
};

/// State machine from `GenerateContentResponse` objects to canonical events. A stream is a row of them, each with what
/// was added; a whole answer is one. Elements are read during the call only.
class AnswerStream {
public:
    explicit AnswerStream(AnswerShape shape) : shape_(std::move(shape)) {}

    /// One object. Errors: upstream_invalid.
    Result<void> on_chunk(JsonReader::Element chunk, EventSink& sink);
    /// No more will come. `complete`: the body's own form proves that it is all there; otherwise only a finish reason
    /// does. Errors: upstream_truncated, or what a finish reason says has gone wrong.
    Result<void> on_eof(bool complete, EventSink& sink);

private:
    struct Choice {
        explicit Choice(TextFilter::Kind kind) : filter(kind) {}
        TextFilter filter;
        Citations citations{};
        std::string finish{};
        bool odd_finish = false;  ///< one came that is none
        std::string finish_message{};
        std::unique_ptr<PartialArguments> partial{};  ///< of the last call, while they stream
        std::uint32_t calls = 0;
        bool seen = false;
        bool has_text = false;
        bool has_media = false;  ///< something was answered that cannot be handed on
        bool thinking = false;   ///< thoughts that no seal has closed yet
    };

    void read_head(JsonReader::Element chunk, EventSink& sink);
    void read_block(JsonReader::Element chunk, EventSink& sink);
    Result<void> read_candidates(JsonReader::Array candidates, EventSink& sink);
    Result<void> read_candidate(JsonReader::Element candidate, std::uint32_t index, EventSink& sink);
    Result<void> read_part(JsonReader::Element part, std::uint32_t index, EventSink& sink);
    Result<void> read_call(JsonReader::Element call, std::string_view signature, std::uint32_t index, EventSink& sink);
    void start_call(std::string_view name, std::string_view id, std::string_view signature, std::uint32_t index,
                    EventSink& sink);
    void close_call(Choice& choice, std::uint32_t index, EventSink& sink);
    void arguments(const Choice& choice, std::uint32_t index, std::string_view json, EventSink& sink) const;
    void text(Choice& choice, std::uint32_t index, std::string_view text, EventSink& sink);
    void send_text(Choice& choice, std::uint32_t index, std::string_view text, EventSink& sink);
    void end_thought(Choice& choice, std::uint32_t index, std::string_view signature, EventSink& sink);
    [[nodiscard]] bool is_kept_back(const Choice& choice) const noexcept;
    [[nodiscard]] std::string call_id(std::uint32_t choice, std::uint32_t call) const;
    Result<void> finish(std::uint32_t index, EventSink& sink);

    AnswerShape shape_;
    UsageCounter usage_;
    std::vector<Choice> choices_;
    std::string id_;
    std::string block_reason_;  ///< why the prompt was not answered
    std::string block_message_;
    std::string filtered_;  // scratch
    std::string logprobs_;  // scratch
};

}  // namespace breakwater::google
