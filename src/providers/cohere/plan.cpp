#include "plan.hpp"

#include "../shared/instructions.hpp"

namespace breakwater::cohere {

RequestPlan plan_request(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes) {
    RequestPlan plan;
    plan.names = ToolNames(request, {.length_max = kToolNameMax});
    plan.documents = collect_documents(request, notes);
    plan.tools = plan_tools(request, deployment, plan.names, notes);
    const bool grounded = !plan.documents.empty() || has_own_documents(request);
    plan.output = plan_structured_output(request, deployment, grounded || !plan.tools.tools.empty(), notes);
    plan.thinking = plan_thinking(request, deployment, notes);
    plan.instruction = join_instructions(plan.output.instruction, plan.tools.instruction);
    return plan;
}

}  // namespace breakwater::cohere
