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

/// `finishReason` as a word, or empty. Some clients of the vendor's binary interface write its number; anything else
/// that is no word is `UNKNOWN`, for it ends the answer all the same.
std::string finish_word(JsonReader::Element candidate);

/// Why a prompt was not answered, as a word, or empty; `promptFeedback` has it.
std::string block_word(JsonReader::Element feedback);

/// Whether it is one of the API's words for that, so far.
bool is_known_block(std::string_view reason) noexcept;

/// Whether it is one of the API's words, so far; none at all is no news.
bool is_known_finish(std::string_view reason) noexcept;

}  // namespace breakwater::google
