#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace breakwater {

/// The words of a capability map in YAML, in one place for everybody who reads, checks or documents one: the catalogue,
/// the configuration loader, the generated reference.
///
///     capabilities:
///       features: { tools: native, json_schema: emulated, image_input: absent }
///       parameters:
///         temperature: { max: 1, refused_while_reasoning: true, excludes: [top_p] }
///         logit_bias: absent                       # in the catalogue short for { support: absent }

/// What the value of a rule's member looks like.
enum class RuleValue : std::uint8_t {
    support,  ///< native, emulated or absent
    number,
    count,       ///< whole number, at least 1
    words,       ///< list of words; numbers and booleans are taken as they are written
    flag,        ///< true or false
    parameters,  ///< list of parameter words
};

/// One member of a parameter's rule.
struct RuleMember {
    std::string_view name;
    RuleValue value;
    std::string_view meaning;  ///< one sentence for the configuration reference
};

/// `to_string` of every Feature, Parameter and statable Support, in the order of the enumerations. Static storage.
std::span<const std::string_view> feature_words() noexcept;
std::span<const std::string_view> parameter_words() noexcept;
std::span<const std::string_view> support_words() noexcept;
/// support, min, max, count_max, values, refused_while_reasoning, essential, excludes: in the order of ParameterRule's
/// members.
std::span<const RuleMember> rule_members() noexcept;

}  // namespace breakwater
