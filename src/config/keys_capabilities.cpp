#include <string>
#include <vector>

#include "breakwater/catalog/capabilities.hpp"
#include "breakwater/catalog/capability_keys.hpp"
#include "key_spec.hpp"

namespace breakwater::config {
namespace {

// The words are the catalogue's, so a new feature or parameter is a key here without a change.
constexpr std::string_view kSupportWords = "native emulated absent";

Type type_of(RuleValue value) noexcept {
    switch (value) {
        case RuleValue::support:
            return Type::word;
        case RuleValue::number:
            return Type::number;
        case RuleValue::count:
            return Type::integer;
        case RuleValue::words:
            return Type::texts;
        case RuleValue::flag:
            return Type::boolean;
        case RuleValue::parameters:
            return Type::word_list;
    }
    return Type::text;
}

std::string blank_separated(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) text.append(text.empty() ? "" : " ").append(word);
    return text;
}

std::vector<KeySpec> make_rule_keys() {
    static const std::string parameters = blank_separated(parameter_words());
    std::vector<KeySpec> keys;
    for (const RuleMember& member : rule_members()) {
        KeySpec key{.name = member.name, .type = type_of(member.value), .meaning = member.meaning};
        if (member.value == RuleValue::support) key.words = kSupportWords;
        if (member.value == RuleValue::parameters) key.words = parameters;
        if (member.value == RuleValue::count) {
            key.from = "1";
            key.to = "1000000";
        }
        keys.push_back(key);
    }
    return keys;
}

std::span<const KeySpec> rule_keys() {
    static const std::vector<KeySpec> keys = make_rule_keys();
    return keys;
}

std::vector<KeySpec> make_feature_keys() {
    std::vector<KeySpec> keys;
    for (const std::string_view word : feature_words())
        keys.push_back({.name = word, .type = Type::word, .words = kSupportWords});
    return keys;
}

std::span<const KeySpec> feature_keys() {
    static const std::vector<KeySpec> keys = make_feature_keys();
    return keys;
}

std::vector<KeySpec> make_parameter_keys() {
    std::vector<KeySpec> keys;
    for (const std::string_view word : parameter_words()) {
        keys.push_back({.name = word, .type = Type::map, .words = kSupportWords, .children = rule_keys});
    }
    return keys;
}

std::span<const KeySpec> parameter_keys() {
    static const std::vector<KeySpec> keys = make_parameter_keys();
    return keys;
}

}  // namespace

std::span<const KeySpec> capability_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "features",
         .type = Type::map,
         .meaning = "Feature -> `native`, `emulated` (the gateway makes it from something else) or `absent`.",
         .children = feature_keys},
        {.name = "parameters",
         .type = Type::map,
         .meaning = "Request parameter -> its rule. `logit_bias: absent` is short for `{ support: absent }`.",
         .children = parameter_keys},
    };
    return kKeys;
}

}  // namespace breakwater::config
