#include "sent_text.hpp"

#include <algorithm>

#include "../shared/seals.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::anthropic {

namespace {

/// Reasoning of another vendor, or with a seal of nobody, is refused by this one.
bool is_foreign(const ContentPart& part) {
    if (const auto* reasoning = std::get_if<ReasoningPart>(&part)) {
        const std::string& seal = reasoning->redacted.empty() ? reasoning->signature : reasoning->redacted;
        return seal.empty() || is_marked_seal(seal);
    }
    const auto* call = std::get_if<ToolCallPart>(&part);
    return call != nullptr && !call->extension.empty();
}

/// A trailing turn of the assistant is continued only by models that say so.
bool takes_last_turn(const ChatRequest& request, const Deployment& deployment) {
    return request.messages.back().role != Role::assistant ||
           deployment.capabilities.feature(Feature::assistant_prefill) == Support::native;
}

const SentText* own_text(const ChatRequest& request, const Deployment& deployment) {
    const SentText* sent = request.sent.get();
    if (sent == nullptr || sent->dialect != ClientDialect::anthropic_messages) return nullptr;
    if (!takes_last_turn(request, deployment)) return nullptr;
    const bool foreign = std::ranges::any_of(
        request.messages, [](const Message& message) { return std::ranges::any_of(message.parts, is_foreign); });
    return foreign ? nullptr : sent;
}

/// The model knows the form of thinking that the client wrote.
bool takes_thinking(const ChatRequest& request, const SentText& sent, const Deployment& deployment) {
    const Capabilities& capabilities = deployment.capabilities;
    const ParameterRule& effort = capabilities.rule(Parameter::reasoning_effort);
    if (request.reasoning.budget_tokens)
        return capabilities.rule(Parameter::reasoning_budget).support != Support::absent;
    if ((sent.holds & SentText::adaptive_thinking) == 0) return true;
    // The first generation with an effort (Opus 4.5) knows no adaptive thinking and no effort `max`.
    const bool by_budget_only = effort.support == Support::absent || effort.support == Support::emulated;
    const bool first = capabilities.rule(Parameter::reasoning_budget).support == Support::native &&
                       std::ranges::find(effort.values, "max") == effort.values.end();
    return !by_budget_only && !first;
}

}  // namespace

bool has_native_format(const RequestPlan& plan) {
    using Shape = StructuredOutput::Shape;
    return plan.output.shape != Shape::tool && plan.output.shape != Shape::instruction;
}

bool takes_whole_body(const ChatRequest& request, const Deployment& deployment) {
    const SentText* sent = own_text(request, deployment);
    if (sent == nullptr || sent->model.empty() || request.bent) return false;
    const bool fits = request.max_tokens.value_or(0) <= deployment.facts.max_output.value_or(INT64_MAX);
    return fits && takes_thinking(request, *sent, deployment);
}

void send_with_model(HttpRequest& http, const std::shared_ptr<const SentText>& sent, std::string_view model) {
    const std::string& body = sent->body;
    const auto at = static_cast<std::size_t>(sent->model.data() - body.data());
    const std::string_view before = std::string_view(body).substr(0, at);
    const std::string_view behind = std::string_view(body).substr(at + sent->model.size());
    std::string name;
    append_json_string(name, model, false);
    const std::shared_ptr<const std::string> text(sent, &body);
    if (std::max(before.size(), behind.size()) < SharedTail::kBytesLeast) {
        http.body.reserve(before.size() + name.size() + behind.size());
        http.body.append(before).append(name).append(behind);
    } else if (before.size() < behind.size()) {
        http.body.reserve(before.size() + name.size());
        http.body.append(before).append(name);
        http.tail = SharedTail{.text = text, .at = body.size() - behind.size()};
    } else {
        http.tail = SharedTail{.text = text, .at = 0, .end = at, .after = name.append(behind)};
    }
}

SentMembers sent_members(const ChatRequest& request, const Deployment& deployment, const RequestPlan& plan,
                         bool messages_api) {
    const SentText* sent = own_text(request, deployment);
    if (sent == nullptr) return {};
    SentMembers members{.messages = sent->messages};
    // Text of our own joins the client's, and so does a tool.
    const bool attributed = sent->system.find("x-anthropic-billing-header:") != std::string_view::npos;
    const bool as_sent = plan.output.instruction.empty() && plan.choice.instruction.empty();
    if (as_sent && (messages_api || !attributed)) members.system = sent->system;
    if (has_native_format(plan) && request.tool_choice.allowed.empty()) members.tools = sent->tools;
    return members;
}

}  // namespace breakwater::anthropic
