#include "breakwater/catalog/capability_keys.hpp"

#include <array>

#include "breakwater/catalog/capabilities.hpp"

namespace breakwater {
namespace {

template <class Enum, std::size_t Count>
std::array<std::string_view, Count> words_of() {
    std::array<std::string_view, Count> words;
    for (std::size_t i = 0; i < Count; ++i) words[i] = to_string(static_cast<Enum>(i));
    return words;
}

constexpr std::array kSupportWords = {std::string_view("native"), std::string_view("emulated"),
                                      std::string_view("absent")};

constexpr std::array kRuleMembers = {
    RuleMember{"support", RuleValue::support, "Whether the parameter is taken, imitated by the gateway, or not there."},
    RuleMember{"min", RuleValue::number, "Smallest value taken; smaller ones are raised to it."},
    RuleMember{"max", RuleValue::number, "Largest value taken; larger ones are lowered to it."},
    RuleMember{"count_max", RuleValue::count, "How many entries a list may have."},
    RuleMember{"values", RuleValue::words, "The only values taken; others are mapped to the nearest or dropped."},
    RuleMember{"refused_while_reasoning", RuleValue::flag, "The parameter is dropped while the request reasons."},
    RuleMember{"essential", RuleValue::flag,
               "Dropping the parameter would change what the answer means, so the request is refused instead."},
    RuleMember{"excludes", RuleValue::parameters, "Parameters that are dropped when this one is set."},
};

}  // namespace

std::span<const std::string_view> feature_words() noexcept {
    static const auto kWords = words_of<Feature, kFeatureCount>();
    return kWords;
}

std::span<const std::string_view> parameter_words() noexcept {
    static const auto kWords = words_of<Parameter, kParameterCount>();
    return kWords;
}

std::span<const std::string_view> support_words() noexcept {
    return kSupportWords;
}

std::span<const RuleMember> rule_members() noexcept {
    return kRuleMembers;
}

}  // namespace breakwater
