#include "judgement.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::sim {
namespace {

constexpr double kSure = 0.95;
constexpr double kHarmless = 0.01;

/// Categories of OpenAI's, and the words by which they are known here.
struct Category {
    std::string_view name;
    std::array<std::string_view, 3> words;
};
constexpr std::array<Category, 6> kCategories{{
    {"violence", {"kill", "stab", "murder"}},
    {"hate", {"hate", "vermin", "subhuman"}},
    {"harassment", {"idiot", "stupid", "loser"}},
    {"self-harm", {"suicide", "self-harm", "overdose"}},
    {"illicit", {"bomb", "steal", "counterfeit"}},
    {"sexual", {"porn", "nude", "explicit"}},
}};

struct Input {
    std::string text;
    bool has_text = false;
    bool has_picture = false;
};

bool matches(const Category& category, std::string_view text) noexcept {
    return std::ranges::any_of(category.words, [&](std::string_view word) { return icontains(text, word); });
}

/// A string is an input of its own; objects are the parts of one.
std::vector<Input> inputs_of(JsonReader::Array list) {
    std::vector<Input> inputs;
    for (const JsonReader::Element item : list) {
        std::string_view text;
        if (item.get(text)) {
            inputs.push_back({.text = std::string(text), .has_text = true});
            continue;
        }
        if (inputs.empty()) inputs.emplace_back();
        if (const auto part = get_string(item, "text")) {
            inputs.front().text.append(" ").append(*part);
            inputs.front().has_text = true;
        } else {
            inputs.front().has_picture = true;
        }
    }
    return inputs;
}

void write_verdict(JsonWriter& json, const Input& input) {
    const auto flagged = [&](const Category& category) { return matches(category, input.text); };
    json.begin_object().field("flagged", std::ranges::any_of(kCategories, flagged)).key("categories").begin_object();
    for (const Category& category : kCategories) json.field(category.name, flagged(category));
    json.end_object().key("category_scores").begin_object();
    for (const Category& category : kCategories) json.field(category.name, flagged(category) ? kSure : kHarmless);
    json.end_object().key("category_applied_input_types").begin_object();
    for (const Category& category : kCategories) {
        json.key(category.name).begin_array();
        if (input.has_text) json.string("text");
        if (input.has_picture) json.string("image");
        json.end_array();
    }
    json.end_object().end_object();
}

}  // namespace

Result<std::string> moderation_json(std::string_view model, JsonReader::Element body) {
    const auto list = get_array(body, "input");
    if (!list) return fail(ErrorKind::invalid_request, "input: expected a list", "input");
    std::string text;
    JsonWriter json(text);
    json.begin_object().field("id", "modr-sim").field("model", model).key("results").begin_array();
    for (const Input& input : inputs_of(*list)) write_verdict(json, input);
    json.end_array().end_object();
    return text;
}

}  // namespace breakwater::sim
