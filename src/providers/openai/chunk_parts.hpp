#pragma once

#include "chunk.hpp"

namespace breakwater::openai {

// The members of a chunk, a choice and a message that mean something, each found in one walk over the object: a search
// per name would walk it a dozen times, for every event of every stream. What is null counts as absent.

struct ChunkReader::Envelope {
    explicit Envelope(JsonReader::Element root);

    MessageStart start{};
    std::optional<JsonReader::Array> choices{};
    std::optional<JsonReader::Element> usage{};
    std::optional<JsonReader::Element> groq{};
    std::optional<JsonReader::Array> citations{};
    std::optional<JsonReader::Array> search_results{};
    bool error = false;  ///< there is something that may be an error
    std::uint32_t unknown_fields = 0;
};

struct ChunkReader::ChoiceParts {
    ChoiceParts(JsonReader::Element choice, std::uint32_t position);
    void use_message_beside();

    std::uint32_t index;
    std::optional<JsonReader::Element> message{};  ///< `delta`, or `message` where there is no delta
    std::string_view text{};                       ///< of a completion, which has no message
    /// A `message` beside a last `delta` that says nothing: it is the answer, if no delta before it was.
    std::optional<JsonReader::Element> beside{};
    std::string_view accumulated{};  ///< text of a `message` that came beside a `delta`
    std::optional<JsonReader::Element> logprobs{};
    std::optional<JsonReader::Element> usage{};
    std::string_view finish{};
    bool odd_finish = false;  ///< there is one that is no word
    bool odd_end = false;     ///< and it is more than a way to write that there is none yet
    bool whole = false;       ///< the message is not a delta
    bool error = false;
    std::uint32_t unknown_fields = 0;
};

struct ChunkReader::MessageParts {
    MessageParts(JsonReader::Element message, const ChoiceParts& choice);

    Thoughts thoughts{};
    std::string_view content{};
    std::optional<JsonReader::Array> content_list{};
    std::string_view refusal{};
    std::optional<JsonReader::Array> tool_calls{};
    std::optional<JsonReader::Element> function_call{};
    std::optional<JsonReader::Array> annotations{};
    std::optional<JsonReader::Element> audio{};
    std::string_view accumulated;
    bool whole;
    bool last;   ///< the choice ends with it
    bool rated;  ///< there are log probabilities of it
    /// There is nothing beside the content of which something might be kept or told.
    [[nodiscard]] bool says_text_alone() const noexcept {
        const auto empty = [](const std::optional<JsonReader::Array>& list) { return !list || list->size() == 0; };
        return !whole && !rated && !content.empty() && accumulated.empty() && refusal.empty() &&
               thoughts.text.empty() && !function_call && !audio && !content_list && empty(tool_calls) &&
               empty(annotations) && empty(thoughts.blocks);
    }
    [[nodiscard]] bool says_something() const noexcept {
        return !content.empty() || content_list || tool_calls || function_call || audio || !refusal.empty() ||
               !thoughts.text.empty() || thoughts.blocks;
    }
    std::uint32_t unknown_fields = 0;
};

}  // namespace breakwater::openai
