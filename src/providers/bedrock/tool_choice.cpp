#include "tool_choice.hpp"

#include "turns.hpp"

namespace breakwater::bedrock {

namespace {

using Mode = ToolChoice::Mode;

/// Of models that the catalogue does not know, these families are known to take a choice.
bool takes_choice(Family family) {
    return family == Family::claude || family == Family::nova || family == Family::nova_2;
}

bool can_force(const Deployment& deployment, Family family, Mode mode) {
    const Feature feature = mode == Mode::named ? Feature::tool_choice_named : Feature::tool_choice_required;
    const Support support = deployment.capabilities.feature(feature);
    return support == Support::native || (support != Support::absent && takes_choice(family));
}

void forbid(ToolPlan& plan, bool history, EncodeNotes& notes) {
    if (!history) {
        plan.tools.clear();
    } else {
        notes.change("tool_choice", AdaptAction::emulated);
        plan.instruction = kNoCalls;
    }
}

void force(ToolPlan& plan, const ToolChoice& choice, bool can_be_forced, const ToolNames& names, EncodeNotes& notes) {
    const bool named = choice.mode == Mode::named;
    if (can_be_forced) {
        plan.choice = named ? "tool" : "any";
        if (named) plan.choice_name = names.wire(choice.name);
        return;
    }
    notes.change("tool_choice", AdaptAction::emulated);
    plan.instruction = named ? "You must call the tool " + names.wire(choice.name) + " in your next answer."
                             : std::string("You must call at least one of the tools in your next answer.");
}

}  // namespace

void choose_tools(ToolPlan& plan, const ChatRequest& request, const ToolContext& context, EncodeNotes& notes) {
    const Family family = context.family;
    if (context.output.shape == StructuredOutput::Shape::tool) {
        plan.choice = "tool";
        plan.choice_name = kJsonTool;
        return;
    }
    if (plan.tools.empty() || request.tools.empty()) return;
    const ToolChoice& choice = request.tool_choice;
    switch (choice.mode) {
        case Mode::unset:
            break;
        case Mode::automatic:
            if (takes_choice(family)) plan.choice = "auto";
            break;
        case Mode::none:
            return forbid(plan, has_tool_history(context.conversation), notes);
        case Mode::required:
        case Mode::named:
            force(plan, choice, !context.thinks_by_budget && can_force(context.deployment, family, choice.mode),
                  context.names, notes);
            break;
    }
    if (request.parallel_tool_calls != false) return;
    const bool free_choice = plan.choice.empty() || plan.choice == "auto";
    plan.one_at_a_time = family == Family::claude && !is_claude_3(context.deployment.model) && free_choice;
    if (plan.one_at_a_time) {
        plan.choice = {};
    } else {
        notes.change("parallel_tool_calls", AdaptAction::dropped);
    }
}

}  // namespace breakwater::bedrock
