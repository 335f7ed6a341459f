#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google {

/// What a `finishReason` means for the answer.
enum class FinishClass : std::uint8_t {
    stop,  ///< also with calls, and for words to come
    length,
    filter,
    failure,  ///< the model wrote what nobody can use; trying again usually helps
};

FinishClass finish_class(std::string_view reason) noexcept;

/// A reason as it stands in an answer.
struct Reason {
    std::string word{};  ///< empty is none, or none so far
    bool odd = false;    ///< there is none, but something that nobody knows: false, {} or []
};

/// `finishReason` as a word. Some clients of the vendor's binary interface write its number, of which 0 is none so far;
/// anything else that is no word is `UNKNOWN`, for it ends the answer all the same.
Reason finish_word(JsonReader::Element candidate);

/// Why a prompt was not answered, in the same way; `promptFeedback` has it. None means that it was not blocked.
Reason block_word(JsonReader::Element feedback);

/// Whether it is one of the API's words for that, so far.
bool is_known_block(std::string_view reason) noexcept;

/// Whether it is one of the API's words, so far; none at all is no news.
bool is_known_finish(std::string_view reason) noexcept;

}  // namespace breakwater::google
