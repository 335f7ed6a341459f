#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/catalog/capabilities.hpp"

namespace breakwater {

/// Where a request keeps a parameter: one place to look for every rule. Borrows the request.
using ParameterSlot = std::variant<std::optional<double>*, std::optional<std::int64_t>*, std::optional<bool>*,
                                   std::optional<ReasoningEffort>*, std::string*, std::vector<std::string>*>;

using ConstParameterSlot =
    std::variant<const std::optional<double>*, const std::optional<std::int64_t>*, const std::optional<bool>*,
                 const std::optional<ReasoningEffort>*, const std::string*, const std::vector<std::string>*>;

ParameterSlot slot_of(ChatRequest& request, Parameter parameter) noexcept;
ConstParameterSlot slot_of(const ChatRequest& request, Parameter parameter) noexcept;
bool is_set(const ChatRequest& request, Parameter parameter) noexcept;
/// A bit for each parameter that is set, in the order of the enumeration.
std::uint32_t set_parameters(const ChatRequest& request) noexcept;
static_assert(kParameterCount <= 32);
void clear(const ParameterSlot& slot) noexcept;

/// The parameter's name in the OpenAI dialect, as the request has it.
std::string_view field_name(const ChatRequest& request, Parameter parameter) noexcept;
/// True when the request says no more than its absence would: SDKs send `n: 1` with everything.
bool is_neutral(const ChatRequest& request, Parameter parameter) noexcept;
/// True when an answer without it is not the answer that was asked for, unless the rule says otherwise.
bool is_essential(Parameter parameter, const ParameterRule& rule) noexcept;

}  // namespace breakwater
