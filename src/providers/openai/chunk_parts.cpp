#include "chunk_parts.hpp"

#include "../shared/unknown_fields.hpp"
#include "json_members.hpp"
#include "known_members.hpp"

namespace breakwater::openai {
namespace {

using Element = JsonReader::Element;
using Array = JsonReader::Array;

std::string_view string_or_empty(Element value) noexcept {
    std::string_view text;
    return value.get(text) ? text : std::string_view();
}

std::optional<Array> array_or_nothing(Element value) noexcept {
    Array list;
    if (!value.get(list)) return std::nullopt;
    return list;
}

std::optional<Element> object_or_nothing(Element value) noexcept {
    if (!value.is_object()) return std::nullopt;
    return value;
}

/// Seconds since the epoch. Some servers write a float.
std::int64_t seconds(Element value) noexcept {
    constexpr double kSecondsMax = 1e12;
    double number = 0;
    if (!value.is_number() || !value.get(number)) return 0;
    return number > 0 && number < kSecondsMax ? static_cast<std::int64_t>(number) : 0;
}

/// A delta with at most a role and empty members.
bool says_nothing(Element delta) {
    bool nothing = true;
    for_each_member(delta, [&](MemberName key, Element value) {
        std::string_view text;
        Array list;
        const bool empty = (value.get(text) && text.empty()) || (value.get(list) && list.size() == 0);
        nothing = nothing && (empty || key == "role");
    });
    return nothing;
}

}  // namespace

ChunkReader::Envelope::Envelope(JsonReader::Element root) {
    for_each_member(root, [this](MemberName key, Element value) {
        if (key == "choices") {
            choices = array_or_nothing(value);
        } else if (key == "id") {
            start.id = string_or_empty(value);
        } else if (key == "model") {
            start.model = string_or_empty(value);
        } else if (key == "created") {
            start.created = seconds(value);
        } else if (key == "service_tier") {
            start.service_tier = string_or_empty(value);
        } else if (key == "system_fingerprint") {
            start.system_fingerprint = string_or_empty(value);
        } else if (key == "usage") {
            usage = object_or_nothing(value);
        } else if (key == "x_groq") {
            groq = object_or_nothing(value);
        } else if (key == "citations") {
            citations = array_or_nothing(value);
        } else if (key == "search_results") {
            search_results = array_or_nothing(value);
        } else if (key == "error") {
            error = true;
        } else if (key == "object") {
            error = error || string_or_empty(value) == "error";
        } else if (!is_passed_over(key)) {
            ++unknown_fields;
        }
    });
}

ChunkReader::ChoiceParts::ChoiceParts(JsonReader::Element choice, std::uint32_t position) : index(position) {
    std::optional<Element> delta;
    std::optional<Element> full;
    for_each_member(choice, [&](MemberName key, Element value) {
        if (key == "delta") {
            delta = object_or_nothing(value);
        } else if (key == "message") {
            full = object_or_nothing(value);
        } else if (key == "text") {
            text = string_or_empty(value);
        } else if (key == "index") {
            std::uint64_t number = 0;
            if (value.get(number)) {
                index = static_cast<std::uint32_t>(std::min<std::uint64_t>(number, UINT32_MAX));
            }
        } else if (key == "finish_reason") {
            odd_finish = !value.get(finish);
            odd_end = odd_finish && !is_no_reason(value);
        } else if (key == "logprobs") {
            logprobs = value;
        } else if (key == "usage") {
            usage = object_or_nothing(value);
        } else if (key == "error") {
            error = true;
        } else if (!is_passed_over(key)) {
            ++unknown_fields;
        }
    });
    message = delta ? delta : full;
    whole = !delta && full;
    // Together says it beside a delta as well.
    if (message) text = {};
    if (!delta || !full) return;
    accumulated = get_string(*full, "content").value_or("");
    if (!finish.empty() && says_nothing(*delta)) beside = full;
}

void ChunkReader::ChoiceParts::use_message_beside() {
    message = beside;
    whole = true;
    accumulated = {};
}

ChunkReader::MessageParts::MessageParts(JsonReader::Element message, const ChoiceParts& choice)
    : accumulated(choice.accumulated),
      whole(choice.whole),
      last(!choice.finish.empty()),
      rated(choice.logprobs.has_value()) {
    std::string_view second_name;
    for_each_member(message, [&](MemberName key, Element value) {
        if (key == "content") {
            content = string_or_empty(value);
            content_list = array_or_nothing(value);
        } else if (key == "tool_calls") {
            tool_calls = array_or_nothing(value);
        } else if (key == "reasoning_content") {
            thoughts.text = string_or_empty(value);
        } else if (key == "reasoning") {
            second_name = string_or_empty(value);
        } else if (key == "reasoning_details" || key == "thinking_blocks") {
            thoughts.blocks = array_or_nothing(value);
        } else if (key == "refusal") {
            refusal = string_or_empty(value);
        } else if (key == "function_call") {
            function_call = object_or_nothing(value);
        } else if (key == "annotations") {
            annotations = array_or_nothing(value);
        } else if (key == "audio") {
            audio = object_or_nothing(value);
        } else if (!is_passed_over(key)) {
            ++unknown_fields;
        }
    });
    if (thoughts.text.empty()) thoughts.text = second_name;
}

}  // namespace breakwater::openai
