#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "citations.hpp"
#include "plain_text.hpp"
#include "text_so_far.hpp"
#include "thoughts.hpp"
#include "tool_calls.hpp"

namespace breakwater::openai {

/// Turns the objects of one answer into events: the chunks of a stream, or the one object of a whole answer, which is
/// read as a chunk that has everything. Pure state; one per answer. The views in events point into the parsed JSON.
class ChunkReader {
public:
    explicit ChunkReader(std::vector<std::string> tool_names) : names_(std::move(tool_names)) {}

    /// Reads one object. Errors: the one that it holds, an answer that ended as a failure, too many choices.
    Result<void> read(JsonReader::Element root, EventSink& sink);
    /// What the object that was read last had to tell, if it was a plain text alone.
    [[nodiscard]] const std::optional<PlainText>& plain_text() const noexcept { return plain_text_; }
    /// Reads an object like that one, with this text instead.
    void read_like_it(const PlainText& plain, EventSink& sink);
    /// The answer is complete: sources, finish reasons, StreamEnd.
    void end(EventSink& sink);

    /// Every choice that was seen has a finish reason, and one was seen.
    [[nodiscard]] bool finished() const noexcept;
    /// An object with a list of choices was read, empty or not.
    [[nodiscard]] bool answered() const noexcept { return answered_; }

private:
    struct Envelope;
    struct ChoiceParts;
    struct MessageParts;
    struct Choice {
        ToolCallReader calls{};
        TextSoFar text{};
        std::string native{};
        FinishReason finish = FinishReason::stop;
        bool seen = false;
        bool said = false;  // anything at all
        bool finished = false;
        bool odd_finish = false;  ///< a reason came that is no word
        bool odd_end = false;     ///< one of them ends the choice; more may still come
    };

    void start(const MessageStart& facts, EventSink& sink);
    Result<void> read_choice(JsonReader::Element element, std::uint32_t position, EventSink& sink);
    Result<void> read_message(const MessageParts& parts, Choice& choice, std::uint32_t index, EventSink& sink);
    void read_content(const MessageParts& parts, Choice& choice, std::uint32_t index, EventSink& sink);
    void read_logprobs(const ChoiceParts& parts, std::uint32_t index, EventSink& sink);
    static Result<void> finish_choice(std::string_view word, bool whole, Choice& choice, std::uint32_t index,
                                      EventSink& sink);

    ToolNames names_;
    std::vector<Choice> choices_;
    Citations citations_;
    std::string scratch_;
    std::optional<PlainText> plain_text_{};
    bool answered_ = false;
    bool has_id_ = false;
    bool has_model_ = false;
    bool has_created_ = false;
    bool has_tier_ = false;
    bool has_fingerprint_ = false;
};

/// The failure that an object inside a 200 answer reports.
Error in_band_error(JsonReader::Element root);

}  // namespace breakwater::openai
