#include "logprobs.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace breakwater::openai_completions {
namespace {

using Element = JsonReader::Element;

std::size_t count_characters(std::string_view text) noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string_view text_of(Element token) noexcept {
    return get_string(token, "token").value_or("");
}

void write_number(JsonWriter& json, std::optional<double> number) {
    number ? json.number(*number) : json.null();
}

/// More than any model tells: the rest is not looked at.
constexpr std::size_t kLikeliestMax = 20;

/// As names of one object, which has each once. Nothing is known of a prompt's first token.
void write_likeliest(JsonWriter& json, Element token) {
    const auto likeliest = get_array(token, "top_logprobs");
    if (!likeliest || !get_double(token, "logprob")) {
        json.null();
        return;
    }
    std::array<std::string_view, kLikeliestMax> written;
    auto end = written.begin();
    json.begin_object();
    for (const Element each : *likeliest) {
        if (end == written.end()) break;
        const std::string_view name = text_of(each);
        if (std::find(written.begin(), end, name) != end) continue;
        *end++ = name;
        json.key(name);
        write_number(json, get_double(each, "logprob"));
    }
    json.end_object();
}

}  // namespace

LegacyLogprobs::LegacyLogprobs(JsonReader& reader, std::string_view logprobs) {
    if (logprobs.empty()) return;
    const Result<Element> parsed = reader.parse(logprobs);
    if (parsed) parts_ = {JsonReader::Array((*parsed)["content"]), JsonReader::Array((*parsed)["refusal"])};
}

bool LegacyLogprobs::empty() const noexcept {
    return std::ranges::all_of(parts_, [](const JsonReader::Array& part) { return part.size() == 0; });
}

void LegacyLogprobs::write(JsonWriter& json, std::size_t& characters) const {
    const auto each_token = [&](auto visit) {
        for (const JsonReader::Array& part : parts_) std::ranges::for_each(part, visit);
    };
    json.begin_object().key("tokens").begin_array();
    each_token([&](Element token) { json.string(text_of(token)); });
    json.end_array().key("token_logprobs").begin_array();
    each_token([&](Element token) { write_number(json, get_double(token, "logprob")); });
    json.end_array().key("top_logprobs").begin_array();
    each_token([&](Element token) { write_likeliest(json, token); });
    json.end_array().key("text_offset").begin_array();
    each_token([&](Element token) {
        const std::int64_t place = get_int(token, "text_offset").value_or(static_cast<std::int64_t>(characters));
        json.number(place);
        characters = static_cast<std::size_t>(place) + count_characters(text_of(token));
    });
    json.end_array().end_object();
}

}  // namespace breakwater::openai_completions
