#include "plan.hpp"

#include "../shared/noted_members.hpp"

namespace breakwater::google {

namespace {

// Gemini 2.5 was seen to go on from a turn of its own; of later models it is not known.
Prefill prefill_of(const Deployment& deployment, Generation generation) {
    const Support support = deployment.capabilities.feature(Feature::assistant_prefill);
    const bool unstated = support == Support::unknown && generation != Generation::levels;
    return support == Support::native || unstated ? Prefill::keep : Prefill::append_user;
}

/// What the client says within lists that are written anew.
void drop_rewritten_members(const ChatRequest& request, const RequestPlan& plan, EncodeNotes& notes) {
    if (request.dialect != ClientDialect::google_generate) return;
    if (plan.splice.contents.empty()) drop_noted_members(request, "contents[", notes);
    if (plan.splice.tools.empty()) drop_noted_members(request, "tools[", notes);
    if (plan.splices_system()) return;
    for (const std::string_view name : {"systemInstruction", "system_instruction"})
        drop_noted_members(request, name, notes);
}

}  // namespace

RequestPlan plan_request(const ChatRequest& request, const Deployment& deployment, bool vertex, EncodeNotes& notes) {
    RequestPlan plan;
    // Nothing is done to what goes on as the client wrote it.
    Adaptations undone;
    EncodeNotes silent(config::AdaptMode::adapt, undone);
    plan.generation = generation_of(deployment);
    plan.names = ToolNames(request, kToolNameRules);
    plan.members = read_google_members(request);
    plan.splice = splice_of(request, plan.generation, vertex, plan.names);
    plan.conversation = build_conversation(request, prefill_of(deployment, plan.generation), !vertex,
                                           plan.splice.contents.empty() ? notes : silent);
    plan.thinking = plan_thinking(request, plan.members, deployment, plan.generation, notes);
    plan.tools = plan_tools(request, plan.generation, plan.names, plan.splice.tools.empty() ? notes : silent);
    if (plan.members.validated && plan.tools.mode == "AUTO") plan.tools.mode = "VALIDATED";
    plan.output = plan_structured_output(request, deployment, plan.generation, !plan.tools.empty(), notes);
    drop_rewritten_members(request, plan, notes);
    return plan;
}

}  // namespace breakwater::google
