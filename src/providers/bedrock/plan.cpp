#include "plan.hpp"

#include "call_ids.hpp"
#include "media.hpp"
#include "turns.hpp"

namespace breakwater::bedrock {

RequestPlan plan_request(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes) {
    RequestPlan plan{.family = family_of(deployment.model), .names = ToolNames(request, {.length_max = kToolNameMax})};
    const bool prefill = deployment.capabilities.feature(Feature::assistant_prefill) == Support::native;
    plan.conversation = build_conversation(
        request, {.accept_media = accept_media, .prefill = prefill ? Prefill::keep : Prefill::append_user}, notes);
    const bool loop = open_loop_without_reasoning(plan.conversation);
    arrange_turns(plan.conversation, traits_of(plan.family), notes);
    plan.reasoning = plan_reasoning(request, deployment, plan.family, loop, notes);
    const bool by_budget = plan.reasoning.claude.by_budget;
    const bool prefilled = plan.conversation.turns.back().assistant;
    plan.output =
        plan_structured_output(request, deployment, {.thinks_by_budget = by_budget, .prefilled = prefilled}, notes);
    plan.tools = plan_tools(request,
                            {.deployment = deployment,
                             .family = plan.family,
                             .output = plan.output,
                             .conversation = plan.conversation,
                             .names = plan.names,
                             .thinks_by_budget = by_budget},
                            notes);
    return plan;
}

}  // namespace breakwater::bedrock
