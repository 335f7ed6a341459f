#include "../shared/instructions.hpp"
#include "tools.hpp"

namespace breakwater::anthropic {

namespace {

bool can_force(const Deployment& deployment, ToolChoice::Mode mode) {
    const Feature feature =
        mode == ToolChoice::Mode::named ? Feature::tool_choice_named : Feature::tool_choice_required;
    const Support support = deployment.capabilities.feature(feature);
    return support == Support::native || support == Support::unknown;
}

// Thinking with a budget, and the newest models always, refuse a forced choice; then the model is asked.
void choose_forced(ToolChoicePlan& plan, const ToolChoice& choice, bool can_be_forced, const ToolNames& names,
                   EncodeNotes& notes) {
    const bool named = choice.mode == ToolChoice::Mode::named;
    if (can_be_forced) {
        plan.type = named ? "tool" : "any";
        if (named) plan.name = names.wire(choice.name);
        return;
    }
    notes.change("tool_choice", AdaptAction::emulated);
    plan.type = "auto";
    plan.instruction = call_instruction(named ? names.wire(choice.name) : std::string());
}

}  // namespace

ToolChoicePlan plan_tool_choice(const ChatRequest& request, const Deployment& deployment, const ToolPlan& tools,
                                const StructuredOutput& output, bool thinks_by_budget, const ToolNames& names,
                                EncodeNotes& notes) {
    ToolChoicePlan plan;
    if (output.shape == StructuredOutput::Shape::tool) {
        return {.type = "tool", .name = std::string(kJsonTool), .disable_parallel = true};
    }
    if (tools.only_stubs) return {.type = "none"};
    if (tools.tools.empty()) return plan;
    const ToolChoice& choice = request.tool_choice;
    const bool one_at_a_time = request.parallel_tool_calls == false;
    switch (choice.mode) {
        case ToolChoice::Mode::unset:
            plan.type = one_at_a_time ? "auto" : "";
            break;
        case ToolChoice::Mode::automatic:
            plan.type = "auto";
            break;
        case ToolChoice::Mode::none:
            plan.type = "none";
            break;
        case ToolChoice::Mode::required:
        case ToolChoice::Mode::named:
            choose_forced(plan, choice, !thinks_by_budget && can_force(deployment, choice.mode), names, notes);
            break;
    }
    plan.disable_parallel = one_at_a_time && plan.type != "none";
    return plan;
}

void write_tool_choice(JsonWriter& writer, const ToolChoicePlan& choice) {
    if (choice.type.empty()) return;
    writer.key("tool_choice").begin_object().field("type", choice.type);
    if (!choice.name.empty()) writer.field("name", choice.name);
    if (choice.disable_parallel) writer.field("disable_parallel_tool_use", true);
    writer.end_object();
}

}  // namespace breakwater::anthropic
