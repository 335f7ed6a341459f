#include "plan.hpp"

#include "identifiers.hpp"
#include "media.hpp"

namespace breakwater::anthropic {

RequestPlan plan_request(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes) {
    RequestPlan plan;
    plan.names = ToolNames(request, {.length_max = kToolNameMax});
    const bool prefill = deployment.capabilities.feature(Feature::assistant_prefill) == Support::native;
    plan.conversation = build_conversation(
        request, {.accept_media = accept_media, .prefill = prefill ? Prefill::keep : Prefill::append_user}, notes);
    plan.thinking = plan_thinking(request, deployment, open_loop_without_reasoning(plan.conversation), notes);
    const bool prefilled = plan.conversation.turns.back().assistant;
    plan.output = plan_structured_output(request, deployment,
                                         {.thinks_by_budget = plan.thinking.by_budget, .prefilled = prefilled}, notes);
    plan.tools = plan_tools(request, deployment, plan.output, plan.conversation, plan.names, notes);
    plan.choice =
        plan_tool_choice(request, deployment, plan.tools, plan.output, plan.thinking.by_budget, plan.names, notes);
    return plan;
}

}  // namespace breakwater::anthropic
