#include "finish.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "../shared/unknown_fields.hpp"

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

// The numbers that the vendor's two interfaces agree on. 0 is unspecified: none.
constexpr std::array<std::string_view, 5> kNumbers{"", "STOP", "MAX_TOKENS", "SAFETY", "RECITATION"};
constexpr std::array<std::string_view, 5> kBlockNumbers{"", "SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT"};

Reason read_reason(JsonReader::Element holder, std::string_view name, std::span<const std::string_view> numbers) {
    const auto value = get_value(holder, name);
    if (!value) return {};
    std::string_view word;
    if (value->get(word)) return {.word = std::string(word)};
    std::int64_t number = 0;
    if (!value->get(number)) {
        if (is_no_reason(*value)) return {.odd = !value->is_number()};
        return {.word = "UNKNOWN"};
    }
    const bool named = number >= 0 && static_cast<std::uint64_t>(number) < numbers.size();
    return {.word = named ? std::string(numbers[static_cast<std::size_t>(number)]) : std::to_string(number)};
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

Reason finish_word(JsonReader::Element candidate) {
    return read_reason(candidate, "finishReason", kNumbers);
}

Reason block_word(JsonReader::Element feedback) {
    return read_reason(feedback, "blockReason", kBlockNumbers);
}

}  // namespace breakwater::google
