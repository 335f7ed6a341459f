#include "tools.hpp"

#include <algorithm>

#include "../shared/deferred_tools.hpp"
#include "../shared/instructions.hpp"
#include "../shared/json_schema.hpp"

namespace breakwater::cohere {

namespace {

std::string field(std::size_t index, std::string_view rest = {}) {
    return "tools[" + std::to_string(index) + "]" + std::string(rest);
}

class Planner {
public:
    Planner(const ChatRequest& request, const Deployment& deployment, const ToolNames& names, EncodeNotes& notes)
        : request_(request), deployment_(deployment), names_(names), notes_(notes) {}

    ToolPlan plan() {
        for (std::size_t i = 0; i < request_.tools.size(); ++i) {
            if (is_offered(request_.tools[i])) add(request_.tools[i], i);
        }
        drop_deferred_loading(request_.tools, notes_);
        if (plan_.tools.empty()) return std::move(plan_);
        choose();
        plan_strictness();
        return std::move(plan_);
    }

private:
    [[nodiscard]] bool is_offered(const Tool& tool) const {
        const ToolChoice& choice = request_.tool_choice;
        // The API knows no named choice: a model that sees one tool only, and must call one, has none.
        if (choice.mode == ToolChoice::Mode::named && can_force()) return tool.name == choice.name;
        const std::vector<std::string>& allowed = choice.allowed;
        return allowed.empty() || std::ranges::find(allowed, tool.name) != allowed.end();
    }

    [[nodiscard]] bool can_force() const {
        const Feature feature = request_.tool_choice.mode == ToolChoice::Mode::named ? Feature::tool_choice_named
                                                                                     : Feature::tool_choice_required;
        const Support support = deployment_.capabilities.feature(feature);
        return support == Support::native || support == Support::unknown;
    }

    void add(const Tool& tool, std::size_t index) {
        if (tool.kind != Tool::Kind::function) {
            return notes_.lose(field(index), "Cohere's models call functions only.");
        }
        ToolPlan::Entry entry{.name = names_.wire(tool.name), .description = tool.description};
        if (entry.name != tool.name) notes_.record(field(index, ".function.name"), AdaptAction::mapped);
        Result<std::string> parameters = json_schema::tool_parameters(tool.parameters, reader_);
        if (!parameters) {
            Error error = std::move(parameters.error());
            error.param = field(index, ".function.parameters");
            return notes_.reject(std::move(error));
        }
        entry.parameters = std::move(*parameters);
        // A tool without parameters has an empty object of them in every dialect.
        if (entry.parameters != tool.parameters && entry.parameters != json_schema::kNoParameters)
            notes_.record(field(index, ".function.parameters"), AdaptAction::mapped);
        plan_.tools.push_back(std::move(entry));
    }

    void choose() {
        const ToolChoice& choice = request_.tool_choice;
        switch (choice.mode) {
            case ToolChoice::Mode::unset:
            case ToolChoice::Mode::automatic:
                return;
            case ToolChoice::Mode::none:
                plan_.choice = "NONE";
                return;
            case ToolChoice::Mode::required:
            case ToolChoice::Mode::named:
                break;
        }
        const bool named = choice.mode == ToolChoice::Mode::named;
        if (can_force()) {
            plan_.choice = "REQUIRED";
            if (named) notes_.record("tool_choice", AdaptAction::mapped);
        } else {
            plan_.instruction = call_instruction(named ? names_.wire(choice.name) : std::string());
            notes_.change("tool_choice", AdaptAction::emulated);
        }
    }

    // With strict tools every tool must require something, and one that does not makes the API refuse the request.
    void plan_strictness() {
        const auto is_strict = [](const Tool& tool) { return tool.strict.value_or(false); };
        if (std::ranges::none_of(request_.tools, is_strict)) return;
        plan_.strict = std::ranges::all_of(plan_.tools, [&](const ToolPlan::Entry& tool) {
            const Result<JsonReader::Element> schema = reader_.parse(tool.parameters);
            const auto required = schema ? get_array(*schema, "required") : std::nullopt;
            return required && required->size() > 0;
        });
        if (plan_.strict) return;
        for (std::size_t i = 0; i < request_.tools.size(); ++i) {
            if (is_strict(request_.tools[i])) notes_.change(field(i, ".function.strict"), AdaptAction::dropped);
        }
    }

    const ChatRequest& request_;
    const Deployment& deployment_;
    const ToolNames& names_;
    EncodeNotes& notes_;
    ToolPlan plan_;
    JsonReader reader_;
};

}  // namespace

ToolPlan plan_tools(const ChatRequest& request, const Deployment& deployment, const ToolNames& names,
                    EncodeNotes& notes) {
    return Planner(request, deployment, names, notes).plan();
}

void write_tools(JsonWriter& writer, const ToolPlan& plan) {
    if (plan.tools.empty()) return;
    writer.key("tools").begin_array();
    for (const ToolPlan::Entry& tool : plan.tools) {
        writer.begin_object().field("type", "function").key("function").begin_object().field("name", tool.name);
        if (!tool.description.empty()) writer.field("description", tool.description);
        writer.raw_field("parameters", tool.parameters).end_object().end_object();
    }
    writer.end_array();
    if (plan.strict) writer.field("strict_tools", true);
    if (!plan.choice.empty()) writer.field("tool_choice", plan.choice);
}

}  // namespace breakwater::cohere
