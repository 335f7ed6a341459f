#include "tools.hpp"

#include <algorithm>
#include <unordered_set>

#include "../shared/json_schema.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "content.hpp"
#include "tool_choice.hpp"
#include "turns.hpp"

namespace breakwater::bedrock {

namespace {

constexpr std::string_view kParameters = ".function.parameters";

std::string field(std::size_t index, std::string_view rest = {}) {
    return "tools[" + std::to_string(index) + "]" + std::string(rest);
}

class Planner {
public:
    Planner(const ChatRequest& request, const ToolContext& context, EncodeNotes& notes)
        : request_(request),
          context_(context),
          traits_(traits_of(context.family)),
          names_(context.names),
          notes_(notes) {}

    ToolPlan plan() {
        for (std::size_t i = 0; i < request_.tools.size(); ++i) {
            if (is_allowed(request_.tools[i])) add(request_.tools[i], i);
        }
        if (context_.output.shape == StructuredOutput::Shape::tool) {
            plan_.tools.push_back({.name = std::string(kJsonTool),
                                   .description = "Gives the answer to the user, as the arguments of this call.",
                                   .parameters = context_.output.schema});
        }
        if (plan_.tools.empty()) add_stubs(context_.conversation);
        return std::move(plan_);
    }

private:
    [[nodiscard]] bool is_allowed(const Tool& tool) const {
        const std::vector<std::string>& allowed = request_.tool_choice.allowed;
        return allowed.empty() || tool.kind == Tool::Kind::hosted ||
               std::ranges::find(allowed, tool.name) != allowed.end();
    }

    void add(const Tool& tool, std::size_t index) {
        switch (tool.kind) {
            case Tool::Kind::function:
                return add_function(tool, index);
            case Tool::Kind::custom:
                return notes_.lose(field(index), "Bedrock has no custom tools.");
            case Tool::Kind::hosted:
                return add_hosted(tool, index);
        }
    }

    void add_function(const Tool& tool, std::size_t index) {
        ToolPlan::Entry entry{.name = names_.wire(tool.name), .description = tool.description};
        if (entry.name != tool.name) notes_.record(field(index, ".function.name"), AdaptAction::mapped);
        Result<std::string> parameters = json_schema::tool_parameters(tool.parameters, reader_);
        if (!parameters) {
            Error error = std::move(parameters.error());
            error.param = field(index, kParameters);
            return notes_.reject(std::move(error));
        }
        entry.parameters = std::move(*parameters);
        // A tool without parameters has an empty object of them in every dialect.
        if (entry.parameters != tool.parameters && entry.parameters != json_schema::kNoParameters)
            notes_.record(field(index, kParameters), AdaptAction::mapped);
        if (tool.strict.value_or(false)) make_strict(entry, index);
        // The model sees it at once, which costs tokens and changes no answer.
        if (tool.defer_loading) notes_.change(field(index, ".defer_loading"), AdaptAction::dropped);
        if (traits_.cached_tools) {
            entry.cache_control = tool.cache_control;
        } else if (!tool.cache_control.empty()) {
            notes_.change("cache_control", AdaptAction::dropped);
        }
        plan_.tools.push_back(std::move(entry));
    }

    void make_strict(ToolPlan::Entry& entry, std::size_t index) {
        const Result<JsonReader::Element> schema = reader_.parse(entry.parameters);
        const bool compiles = schema && !json_schema::is_recursive(*schema) && !json_schema::has_maps(*schema);
        Result<std::string> subset = compiles ? in_native_subset(*schema) : fail(ErrorKind::invalid_request, "");
        if (!subset) return notes_.change(field(index, ".function.strict"), AdaptAction::dropped);
        if (*subset != to_json(*schema)) notes_.record(field(index, kParameters), AdaptAction::mapped);
        entry.parameters = std::move(*subset);
        entry.strict = true;
    }

    // The service's own tools are asked for in its own words: {"systemTool": {"name": "nova_grounding"}}.
    void add_hosted(const Tool& tool, std::size_t index) {
        const Result<JsonReader::Element> definition = reader_.parse(tool.definition);
        const auto system_tool = definition ? get_object(*definition, "systemTool") : std::nullopt;
        if (!system_tool) return notes_.lose(field(index), "Bedrock does not know this kind of tool.");
        plan_.tools.push_back({.raw = R"({"systemTool":)" + to_json(*system_tool) + "}"});
    }

    // A conversation that holds calls or results is refused when no tools are declared.
    void add_stubs(const Conversation& conversation) {
        if (!has_tool_history(conversation)) return;
        std::unordered_set<std::string> known;
        for (const Turn& turn : conversation.turns) {
            for (const ContentBlock& block : turn.blocks) {
                const auto* call = std::get_if<CallBlock>(&block.what);
                if (call == nullptr) continue;
                std::string name = names_.wire(call->part->name);
                if (known.insert(name).second) {
                    plan_.tools.push_back(
                        {.name = std::move(name), .parameters = std::string(json_schema::kNoParameters)});
                }
            }
        }
        plan_.instruction = kNoCalls;
    }

    const ChatRequest& request_;
    const ToolContext& context_;
    const FamilyTraits& traits_;
    const ToolNames& names_;
    EncodeNotes& notes_;
    ToolPlan plan_;
    JsonReader reader_;
};

void write_tool(JsonWriter& writer, const ToolPlan::Entry& tool) {
    if (!tool.raw.empty()) {
        writer.raw(tool.raw);
        return;
    }
    writer.begin_object().key("toolSpec").begin_object().field("name", tool.name);
    if (!tool.description.empty()) writer.field("description", tool.description);
    writer.key("inputSchema").begin_object().raw_field("json", tool.parameters).end_object();
    if (tool.strict) writer.field("strict", true);
    writer.end_object().end_object();
}

void write_choice(JsonWriter& writer, const ToolPlan& plan) {
    if (plan.choice.empty()) return;
    writer.key("toolChoice").begin_object().key(plan.choice).begin_object();
    if (!plan.choice_name.empty()) writer.field("name", plan.choice_name);
    writer.end_object().end_object();
}

}  // namespace

std::size_t ToolPlan::cache_points() const noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(tools, [](const Entry& entry) { return !entry.cache_control.empty(); }));
}

ToolPlan plan_tools(const ChatRequest& request, const ToolContext& context, EncodeNotes& notes) {
    ToolPlan plan = Planner(request, context, notes).plan();
    choose_tools(plan, request, context, notes);
    return plan;
}

void write_tools(JsonWriter& writer, const ToolPlan& plan, std::size_t drop_cache_points) {
    if (plan.tools.empty()) return;
    writer.key("toolConfig").begin_object().key("tools").begin_array();
    for (const ToolPlan::Entry& tool : plan.tools) {
        write_tool(writer, tool);
        if (tool.cache_control.empty()) continue;
        if (drop_cache_points == 0)
            write_cache_point(writer, tool.cache_control);
        else
            --drop_cache_points;
    }
    writer.end_array();
    write_choice(writer, plan);
    writer.end_object();
}

}  // namespace breakwater::bedrock
