#include "parameter_slot.hpp"

#include <algorithm>
#include <utility>

namespace breakwater {
namespace {

/// For a request that may be changed and for one that may not.
template <class Slot, class Request>
[[gnu::always_inline]] inline Slot find_slot(Request& request, Parameter parameter) noexcept {
    switch (parameter) {
        case Parameter::temperature:
            return &request.sampling.temperature;
        case Parameter::top_p:
            return &request.sampling.top_p;
        case Parameter::top_k:
            return &request.sampling.top_k;
        case Parameter::frequency_penalty:
            return &request.sampling.frequency_penalty;
        case Parameter::presence_penalty:
            return &request.sampling.presence_penalty;
        case Parameter::seed:
            return &request.sampling.seed;
        case Parameter::stop:
            return &request.sampling.stop;
        case Parameter::n:
            return &request.n;
        case Parameter::logprobs:
            return &request.logprobs;
        case Parameter::top_logprobs:
            return &request.top_logprobs;
        case Parameter::logit_bias:
            return &request.sampling.logit_bias;
        case Parameter::max_tokens:
            return &request.max_tokens;
        case Parameter::reasoning_effort:
            return &request.reasoning.effort;
        case Parameter::reasoning_budget:
            return &request.reasoning.budget_tokens;
        case Parameter::verbosity:
            return &request.verbosity;
        case Parameter::service_tier:
            return &request.service_tier;
        case Parameter::store:
            return &request.store;
        case Parameter::metadata:
            return &request.metadata;
        case Parameter::user:
            return &request.user;
        case Parameter::safety_identifier:
            return &request.safety_identifier;
        case Parameter::prompt_cache_key:
            return &request.prompt_cache_key;
        case Parameter::prompt_cache_retention:
            return &request.prompt_cache_retention;
        case Parameter::modalities:
            return &request.modalities;
        case Parameter::moderation:
            return &request.moderation;
        case Parameter::suffix:
            return &request.completion.suffix;
        case Parameter::echo:
            return &request.completion.echo;
        case Parameter::best_of:
            return &request.completion.best_of;
    }
    return &request.user;
}

[[gnu::always_inline]] inline bool holds_value(const ConstParameterSlot& slot) noexcept {
    return std::visit(
        [](const auto* value) {
            if constexpr (requires { value->has_value(); })
                return value->has_value();
            else
                return !value->empty();
        },
        slot);
}

}  // namespace

ParameterSlot slot_of(ChatRequest& request, Parameter parameter) noexcept {
    return find_slot<ParameterSlot>(request, parameter);
}

ConstParameterSlot slot_of(const ChatRequest& request, Parameter parameter) noexcept {
    return find_slot<ConstParameterSlot>(request, parameter);
}

bool is_set(const ChatRequest& request, Parameter parameter) noexcept {
    return holds_value(find_slot<ConstParameterSlot>(request, parameter));
}

std::uint32_t set_parameters(const ChatRequest& request) noexcept {
    // Unrolled, so that each parameter's place is known when this is compiled: every request is looked at.
    return [&request]<std::size_t... Index>(std::index_sequence<Index...>) {
        return ((std::uint32_t{holds_value(find_slot<ConstParameterSlot>(request, static_cast<Parameter>(Index)))}
                 << Index) |
                ...);
    }(std::make_index_sequence<kParameterCount>());
}

void clear(const ParameterSlot& slot) noexcept {
    std::visit(
        [](auto* value) {
            if constexpr (requires { value->reset(); })
                value->reset();
            else
                value->clear();
        },
        slot);
}

std::string_view field_name(const ChatRequest& request, Parameter parameter) noexcept {
    // One number says both there.
    if (request.completion.asked && parameter == Parameter::top_logprobs) parameter = Parameter::logprobs;
    return parameter == Parameter::reasoning_budget ? "thinking.budget_tokens" : to_string(parameter);
}

bool is_neutral(const ChatRequest& request, Parameter parameter) noexcept {
    // The parameters that are not listed have no value that means the same everywhere.
    switch (parameter) {
        case Parameter::n:
            return request.n == 1;
        case Parameter::logprobs:
            return request.logprobs == false;
        case Parameter::top_logprobs:
            return request.top_logprobs == 0;
        case Parameter::frequency_penalty:
            return request.sampling.frequency_penalty == 0.0;
        case Parameter::presence_penalty:
            return request.sampling.presence_penalty == 0.0;
        case Parameter::logit_bias:
            return request.sampling.logit_bias == "{}";
        case Parameter::store:
            return request.store == false;
        case Parameter::metadata:
            return request.metadata == "{}";
        case Parameter::service_tier:
            return request.service_tier == "auto";
        case Parameter::modalities:
            return std::ranges::all_of(request.modalities, [](const std::string& m) { return m == "text"; });
        case Parameter::echo:
            return request.completion.echo == false;
        case Parameter::best_of:
            return request.completion.best_of <= request.n.value_or(1);
        case Parameter::reasoning_effort:
        case Parameter::reasoning_budget:
        case Parameter::temperature:
        case Parameter::top_p:
        case Parameter::top_k:
        case Parameter::seed:
        case Parameter::stop:
        case Parameter::max_tokens:
        case Parameter::verbosity:
        case Parameter::user:
        case Parameter::safety_identifier:
        case Parameter::prompt_cache_key:
        case Parameter::prompt_cache_retention:
        case Parameter::moderation:
        case Parameter::suffix:
            return false;
    }
    return false;
}

bool is_essential(Parameter parameter, const ParameterRule& rule) noexcept {
    if (rule.essential.stated()) return rule.essential;
    return parameter == Parameter::n || parameter == Parameter::logprobs || parameter == Parameter::top_logprobs ||
           parameter == Parameter::suffix || parameter == Parameter::echo;
}

}  // namespace breakwater
