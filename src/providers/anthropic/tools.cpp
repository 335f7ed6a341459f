#include "tools.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "../shared/json_schema.hpp"
#include "server_tools.hpp"

namespace breakwater::anthropic {

namespace {

constexpr int kStrictToolsMax = 20;
constexpr std::string_view kParameters = ".function.parameters";

class Planner {
public:
    Planner(const ChatRequest& request, const Deployment& deployment, const ToolNames& names, EncodeNotes& notes)
        : request_(request), deployment_(deployment), names_(names), notes_(notes) {}

    ToolPlan plan(const StructuredOutput& output, const Conversation& conversation) {
        for (std::size_t i = 0; i < request_.tools.size(); ++i) {
            if (is_allowed(request_.tools[i])) add(request_.tools[i], i);
        }
        if (!request_.web_search_options.empty())
            plan_.tools.push_back({.raw = web_search_tool(request_.web_search_options)});
        if (output.shape == StructuredOutput::Shape::tool) {
            plan_.tools.push_back({.name = std::string(kJsonTool),
                                   .description = "Gives the answer to the user, as the arguments of this call.",
                                   .parameters = output.schema});
        }
        if (plan_.tools.empty()) add_stubs(conversation);
        return std::move(plan_);
    }

private:
    [[nodiscard]] bool is_allowed(const Tool& tool) const {
        const std::vector<std::string>& allowed = request_.tool_choice.allowed;
        return allowed.empty() || tool.kind == Tool::Kind::hosted ||
               std::ranges::find(allowed, tool.name) != allowed.end();
    }

    static std::string field(std::size_t index, std::string_view rest = {}) {
        return "tools[" + std::to_string(index) + "]" + std::string(rest);
    }

    void add(const Tool& tool, std::size_t index) {
        switch (tool.kind) {
            case Tool::Kind::function:
                return add_function(tool, index);
            case Tool::Kind::custom:
                return notes_.lose(field(index), "The Messages API has no custom tools.");
            case Tool::Kind::hosted:
                return add_hosted(tool, index);
        }
    }

    void add_function(const Tool& tool, std::size_t index) {
        ToolPlan::Entry entry{.name = names_.wire(tool.name),
                              .description = tool.description,
                              .deferred = tool.defer_loading,
                              .cache_control = tool.cache_control};
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
        plan_.tools.push_back(std::move(entry));
    }

    void make_strict(ToolPlan::Entry& entry, std::size_t index) {
        const Support support = deployment_.capabilities.feature(Feature::strict_tools);
        const bool supported = support == Support::native || support == Support::unknown;
        const Result<JsonReader::Element> schema = reader_.parse(entry.parameters);
        if (!supported || strict_ == kStrictToolsMax || !schema || json_schema::is_recursive(*schema) ||
            json_schema::has_maps(*schema)) {
            return notes_.change(field(index, ".function.strict"), AdaptAction::dropped);
        }
        Result<std::string> subset = in_native_subset(*schema);
        if (!subset) return notes_.change(field(index, ".function.strict"), AdaptAction::dropped);
        if (*subset != to_json(*schema)) notes_.record(field(index, kParameters), AdaptAction::mapped);
        entry.parameters = std::move(*subset);
        entry.strict = true;
        ++strict_;
    }

    void add_hosted(const Tool& tool, std::size_t index) {
        std::optional<ServerTool> hosted = server_tool(tool.definition, reader_);
        if (!hosted) return notes_.lose(field(index), "The Messages API does not know this kind of tool.");
        if (hosted->mapped) notes_.record(field(index), AdaptAction::mapped);
        plan_.tools.push_back({.raw = std::move(hosted->json)});
    }

    // A conversation that holds calls is refused by some endpoints of this API when the tools are not declared.
    void add_stubs(const Conversation& conversation) {
        std::unordered_set<std::string> known;
        for (const Turn& turn : conversation.turns) {
            for (const ContentBlock& block : turn.blocks) {
                const auto* call = std::get_if<CallBlock>(&block.what);
                if (call == nullptr) continue;
                std::string name = names_.wire(call->part->name);
                if (known.insert(name).second) add_stub(std::move(name));
            }
        }
        plan_.only_stubs = !plan_.tools.empty();
    }

    void add_stub(std::string name) {
        plan_.tools.push_back({.name = std::move(name), .parameters = std::string(json_schema::kNoParameters)});
    }

    const ChatRequest& request_;
    const Deployment& deployment_;
    const ToolNames& names_;
    EncodeNotes& notes_;
    ToolPlan plan_;
    JsonReader reader_;
    int strict_ = 0;
};

bool has_breakpoint(const ToolPlan::Entry& entry) {
    return !entry.cache_control.empty() || entry.raw.find("\"cache_control\"") != std::string::npos;
}

}  // namespace

std::size_t ToolPlan::breakpoints() const noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(tools, has_breakpoint));
}

ToolPlan plan_tools(const ChatRequest& request, const Deployment& deployment, const StructuredOutput& output,
                    const Conversation& conversation, const ToolNames& names, EncodeNotes& notes) {
    return Planner(request, deployment, names, notes).plan(output, conversation);
}

void write_tools(JsonWriter& writer, const ToolPlan& plan, std::size_t drop_breakpoints, bool eager) {
    if (plan.tools.empty()) return;
    writer.key("tools").begin_array();
    for (const ToolPlan::Entry& tool : plan.tools) {
        if (!tool.raw.empty()) {
            writer.raw(tool.raw);
            continue;
        }
        writer.begin_object().field("name", tool.name);
        if (!tool.description.empty()) writer.field("description", tool.description);
        writer.raw_field("input_schema", tool.parameters);
        if (tool.strict) writer.field("strict", true);
        if (tool.deferred) writer.field("defer_loading", true);
        if (eager) writer.field("eager_input_streaming", true);
        if (!tool.cache_control.empty()) {
            if (drop_breakpoints == 0)
                writer.raw_field("cache_control", tool.cache_control);
            else
                --drop_breakpoints;
        }
        writer.end_object();
    }
    writer.end_array();
}

}  // namespace breakwater::anthropic
