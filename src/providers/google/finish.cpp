#include "finish.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace breakwater::google {

namespace {

constexpr std::array<std::pair<std::string_view, FinishClass>, 17> kReasons{{
    {"MAX_TOKENS", FinishClass::length},
    {"SAFETY", FinishClass::filter},
    {"RECITATION", FinishClass::filter},
    {"LANGUAGE", FinishClass::filter},
    {"BLOCKLIST", FinishClass::filter},
    {"PROHIBITED_CONTENT", FinishClass::filter},
    {"SPII", FinishClass::filter},
    {"MODEL_ARMOR", FinishClass::filter},
    {"IMAGE_SAFETY", FinishClass::filter},
    {"IMAGE_PROHIBITED_CONTENT", FinishClass::filter},
    {"IMAGE_RECITATION", FinishClass::filter},
    {"MALFORMED_FUNCTION_CALL", FinishClass::failure},
    {"UNEXPECTED_TOOL_CALL", FinishClass::failure},
    {"TOO_MANY_TOOL_CALLS", FinishClass::failure},
    {"MALFORMED_RESPONSE", FinishClass::failure},
    {"NO_IMAGE", FinishClass::failure},
    {"IMAGE_OTHER", FinishClass::failure},
}};

// The numbers that the vendor's two interfaces agree on.
constexpr std::array<std::string_view, 5> kNumbers{"FINISH_REASON_UNSPECIFIED", "STOP", "MAX_TOKENS", "SAFETY",
                                                   "RECITATION"};

std::string word_of(JsonReader::Element holder, std::string_view name) {
    if (const auto word = get_string(holder, name)) return std::string(*word);
    const auto number = get_int(holder, name);
    if (number) return std::to_string(*number);
    return get_value(holder, name) ? "UNKNOWN" : "";
}

}  // namespace

FinishClass finish_class(std::string_view reason) noexcept {
    for (const auto& [word, what] : kReasons) {
        if (word == reason) return what;
    }
    return FinishClass::stop;
}

bool is_known_finish(std::string_view reason) noexcept {
    static constexpr std::string_view kStops[] = {"", "STOP", "OTHER", "FINISH_REASON_UNSPECIFIED"};
    return finish_class(reason) != FinishClass::stop || std::ranges::find(kStops, reason) != std::end(kStops);
}

bool is_known_block(std::string_view reason) noexcept {
    static constexpr std::string_view kWords[] = {"BLOCKED_REASON_UNSPECIFIED",
                                                  "BLOCK_REASON_UNSPECIFIED",
                                                  "SAFETY",
                                                  "OTHER",
                                                  "BLOCKLIST",
                                                  "PROHIBITED_CONTENT",
                                                  "IMAGE_SAFETY",
                                                  "MODEL_ARMOR",
                                                  "JAILBREAK"};
    return std::ranges::find(kWords, reason) != std::end(kWords);
}

std::string finish_word(JsonReader::Element candidate) {
    const std::optional<std::int64_t> number = get_int(candidate, "finishReason");
    const bool named = number && *number >= 0 && *number < static_cast<std::int64_t>(kNumbers.size());
    return named ? std::string(kNumbers[static_cast<std::size_t>(*number)]) : word_of(candidate, "finishReason");
}

std::string block_word(JsonReader::Element feedback) {
    return word_of(feedback, "blockReason");
}

}  // namespace breakwater::google
