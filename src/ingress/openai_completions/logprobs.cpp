#include "logprobs.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
    std::vector<std::string_view> written;
    json.begin_object();
    for (const Element each : *likeliest) {
        if (written.size() == kLikeliestMax) break;
        const std::string_view name = text_of(each);
        if (std::ranges::find(written, name) != written.end()) continue;
        written.push_back(name);
        json.key(name);
        write_number(json, get_double(each, "logprob"));
    }
    json.end_object();
}

std::vector<Element> tokens_of(Element logprobs) {
    std::vector<Element> tokens;
    for (const std::string_view part : {"content", "refusal"}) {
        const auto list = get_array(logprobs, part);
        if (!list) continue;
        for (const Element token : *list) tokens.push_back(token);
    }
    return tokens;
}

}  // namespace

bool write_legacy_logprobs(JsonWriter& json, JsonReader& reader, std::string_view logprobs, std::size_t& characters) {
    const Result<Element> parsed = reader.parse(logprobs);
    const std::vector<Element> tokens = parsed ? tokens_of(*parsed) : std::vector<Element>();
    if (tokens.empty()) return false;
    json.begin_object().key("tokens").begin_array();
    for (const Element token : tokens) json.string(text_of(token));
    json.end_array().key("token_logprobs").begin_array();
    for (const Element token : tokens) write_number(json, get_double(token, "logprob"));
    json.end_array().key("top_logprobs").begin_array();
    for (const Element token : tokens) write_likeliest(json, token);
    json.end_array().key("text_offset").begin_array();
    for (const Element token : tokens) {
        const std::int64_t place = get_int(token, "text_offset").value_or(static_cast<std::int64_t>(characters));
        json.number(place);
        characters = static_cast<std::size_t>(place) + count_characters(text_of(token));
    }
    json.end_array().end_object();
    return true;
}

}  // namespace breakwater::openai_completions
