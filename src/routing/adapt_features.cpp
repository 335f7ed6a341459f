#include <algorithm>
#include <array>

#include "adapt_steps.hpp"

namespace breakwater {
namespace {

std::string indexed(std::string_view list, std::size_t index, std::string_view member = {}) {
    std::string field(list);
    field += '[';
    field += std::to_string(index);
    field += ']';
    field += member;
    return field;
}

bool lacks(const AdaptScope& scope, Feature feature) noexcept {
    return !scope.capabilities.supports(feature);
}

/// The answer is turned back into a stream by the events that both kinds of answer are decoded to.
Result<void> streaming(const AdaptScope& scope) {
    if (!scope.request().stream || !lacks(scope, Feature::streaming)) return {};
    auto allowed = scope.policy.change("stream", AdaptAction::emulated, "the model does not stream");
    if (allowed) scope.edit_parameters().stream = false;
    return allowed;
}

/// A model without instructions gets them as the user's words where the map allows that.
Result<void> system_role(const AdaptScope& scope) {
    const Support support = scope.capabilities.feature(Feature::system_role);
    if (support != Support::emulated && support != Support::absent) return {};
    const auto is_system = [](const Message& m) { return m.role == Role::system || m.role == Role::developer; };
    if (std::ranges::none_of(scope.request().messages, is_system)) return {};
    auto& messages = scope.edit().messages;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (!is_system(messages[i])) continue;
        const std::string field = indexed("messages", i, ".role");
        static constexpr std::string_view kWhy = "the model takes no system messages";
        auto allowed = support == Support::emulated ? scope.policy.change(field, AdaptAction::emulated, kWhy)
                                                    : scope.policy.change_essential(field, AdaptAction::dropped, kWhy);
        if (!allowed) return allowed;
        if (support == Support::emulated) messages[i].role = Role::user;
    }
    std::erase_if(messages, is_system);
    return {};
}

void drop_tools(ChatRequest& request) {
    request.tools.clear();
    request.tool_choice = {};
    request.parallel_tool_calls.reset();
    request.legacy_functions = false;
}

Result<void> tools(const AdaptScope& scope) {
    if (scope.request().tools.empty() || !lacks(scope, Feature::tools)) return {};
    auto allowed = scope.policy.change_essential("tools", AdaptAction::dropped, "the model cannot call tools");
    if (allowed) drop_tools(scope.edit());
    return allowed;
}

Result<void> tool_kinds(const AdaptScope& scope) {
    const std::size_t count = scope.request().tools.size();
    bool custom = false;
    for (std::size_t i = 0; i < count; ++i) {
        const Tool& tool = scope.request().tools[i];
        if (tool.kind == Tool::Kind::custom && lacks(scope, Feature::custom_tools)) {
            auto allowed = scope.policy.change_essential(indexed("tools", i), AdaptAction::dropped,
                                                         "the model takes no custom tools");
            if (!allowed) return allowed;
            custom = true;
        }
        if (tool.strict.value_or(false) && lacks(scope, Feature::strict_tools)) {
            auto allowed = scope.policy.change(indexed("tools", i, ".strict"), AdaptAction::dropped,
                                               "the model does not enforce tool schemas");
            if (!allowed) return allowed;
            scope.edit().tools[i].strict.reset();
        }
    }
    if (!custom) return {};
    std::erase_if(scope.edit().tools, [](const Tool& tool) { return tool.kind == Tool::Kind::custom; });
    if (scope.request().tools.empty()) drop_tools(scope.edit());
    return {};
}

Result<void> tool_choice(const AdaptScope& scope) {
    const ToolChoice& choice = scope.request().tool_choice;
    const bool required = choice.mode == ToolChoice::Mode::required && lacks(scope, Feature::tool_choice_required);
    const bool named = choice.mode == ToolChoice::Mode::named && lacks(scope, Feature::tool_choice_named);
    if (!required && !named) return {};
    auto allowed =
        scope.policy.change_essential("tool_choice", AdaptAction::dropped, "the model cannot be made to call a tool");
    if (allowed) scope.edit_parameters().tool_choice = {};
    return allowed;
}

Result<void> parallel_tools(const AdaptScope& scope) {
    if (!scope.request().parallel_tool_calls || !lacks(scope, Feature::parallel_tools)) return {};
    auto allowed = scope.policy.change("parallel_tool_calls", AdaptAction::dropped, "the model does not take it");
    if (allowed) scope.edit_parameters().parallel_tool_calls.reset();
    return allowed;
}

Result<void> response_format(const AdaptScope& scope) {
    const ResponseFormat& format = scope.request().response_format;
    const bool object = format.kind == ResponseFormat::Kind::json_object && lacks(scope, Feature::json_object);
    const bool schema = format.kind == ResponseFormat::Kind::json_schema && lacks(scope, Feature::json_schema);
    if (!object && !schema) return {};
    auto allowed = scope.policy.change_essential("response_format", AdaptAction::dropped,
                                                 "the model cannot be held to this format");
    if (allowed) scope.edit_parameters().response_format = {};
    return allowed;
}

Result<void> audio_output(const AdaptScope& scope) {
    const auto& modalities = scope.request().modalities;
    const bool wanted = std::ranges::find(modalities, "audio") != modalities.end() || !scope.request().audio.empty();
    if (!wanted || !lacks(scope, Feature::audio_output)) return {};
    auto allowed = scope.policy.change_essential("modalities", AdaptAction::dropped, "the model cannot speak");
    if (!allowed) return allowed;
    std::erase(scope.edit_parameters().modalities, "audio");
    scope.edit_parameters().audio.clear();
    return {};
}

Result<void> web_search(const AdaptScope& scope) {
    if (scope.request().web_search_options.empty() || !lacks(scope, Feature::web_search)) return {};
    auto allowed =
        scope.policy.change_essential("web_search_options", AdaptAction::dropped, "the model cannot search the web");
    if (allowed) scope.edit_parameters().web_search_options.clear();
    return allowed;
}

/// A prediction only makes the same answer come sooner.
Result<void> prediction(const AdaptScope& scope) {
    if (scope.request().prediction.empty() || !lacks(scope, Feature::prediction)) return {};
    auto allowed = scope.policy.change("prediction", AdaptAction::dropped, "the model does not take it");
    if (allowed) scope.edit_parameters().prediction.clear();
    return allowed;
}

/// Calls `action` with every cache hint of the request, empty ones too.
template <class Request, class Action>
void for_each_cache_hint(Request& request, Action action) {
    const auto visit_part = [&action](auto& part) {
        if constexpr (requires { part.cache_control; }) action(part.cache_control);
    };
    for (auto& tool : request.tools) action(tool.cache_control);
    for (auto& message : request.messages) {
        action(message.cache_control);
        for (auto& part : message.parts) std::visit(visit_part, part);
    }
}

Result<void> prompt_caching(const AdaptScope& scope) {
    if (!lacks(scope, Feature::prompt_caching)) return {};
    bool hinted = false;
    for_each_cache_hint(scope.request(), [&hinted](const JsonText& hint) { hinted = hinted || !hint.empty(); });
    if (!hinted) return {};
    auto allowed = scope.policy.change("cache_control", AdaptAction::dropped, "the model takes no cache hints");
    if (allowed) for_each_cache_hint(scope.edit(), [](JsonText& hint) { hint.clear(); });
    return allowed;
}

using FeatureStep = Result<void> (*)(const AdaptScope&);
constexpr std::array<FeatureStep, 11> kFeatureSteps{streaming,   system_role,    tools,           tool_kinds,
                                                    tool_choice, parallel_tools, response_format, audio_output,
                                                    web_search,  prediction,     prompt_caching};

}  // namespace

Result<void> adapt_features(const AdaptScope& scope) {
    for (const FeatureStep step : kFeatureSteps) {
        if (auto adapted = step(scope); !adapted) return adapted;
    }
    return {};
}

}  // namespace breakwater
