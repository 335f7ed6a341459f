#include "tools.hpp"

#include <algorithm>

#include "../shared/deferred_tools.hpp"
#include "hosted_tools.hpp"

namespace breakwater::google {

namespace {

constexpr std::size_t kToolsBytesMax = 1u << 20;

std::string field(std::size_t index, std::string_view rest = {}) {
    return "tools[" + std::to_string(index) + "]" + std::string(rest);
}

class Planner {
public:
    Planner(const ChatRequest& request, Generation generation, const ToolNames& names, EncodeNotes& notes)
        : request_(request), generation_(generation), names_(names), notes_(notes) {
        plan_.form = generation == Generation::schema_only ? SchemaForm::openapi : SchemaForm::json_schema;
    }

    ToolPlan plan() {
        for (std::size_t i = 0; i < request_.tools.size(); ++i) add(request_.tools[i], i);
        drop_deferred_loading(request_.tools, notes_);
        if (!request_.web_search_options.empty()) add_search("web_search_options");
        mix();
        if (!plan_.functions.empty()) choose();
        // The API cannot be told; the decoder keeps the calls behind the first from the client.
        if (request_.parallel_tool_calls == false && !plan_.functions.empty())
            notes_.change("parallel_tool_calls", AdaptAction::emulated);
        return std::move(plan_);
    }

private:
    void add(const Tool& tool, std::size_t index) {
        switch (tool.kind) {
            case Tool::Kind::function:
                return add_function(tool, index);
            case Tool::Kind::custom:
                return notes_.lose(field(index), "The Gemini API has no custom tools.");
            case Tool::Kind::hosted:
                return add_hosted(tool, index);
        }
    }

    void add_function(const Tool& tool, std::size_t index) {
        if (!is_offered(tool.name)) return;
        ToolPlan::Declaration declaration{.name = names_.wire(tool.name), .description = tool.description};
        if (declaration.name != tool.name) notes_.record(field(index, ".function.name"), AdaptAction::mapped);
        bytes_ += tool.parameters.size();
        if (bytes_ > kToolsBytesMax) {
            return notes_.reject(Error(ErrorKind::invalid_request,
                                       "The schemas of the tools are longer than any model takes.", "tools"));
        }
        Result<std::optional<ConvertedSchema>> parameters = convert_parameters(tool.parameters, plan_.form);
        if (!parameters) {
            Error error = std::move(parameters.error());
            error.param = field(index, ".function.parameters");
            return notes_.reject(std::move(error));
        }
        if (*parameters) {
            if ((*parameters)->changed) notes_.record(field(index, ".function.parameters"), AdaptAction::mapped);
            declaration.parameters = std::move((*parameters)->json);
        }
        if (tool.strict.value_or(false)) hold(index);
        plan_.functions.push_back(std::move(declaration));
    }

    void hold(std::size_t index) {
        if (generation_ == Generation::schema_only) {
            notes_.change(field(index, ".function.strict"), AdaptAction::dropped);
        } else {
            strict_ = true;
        }
    }

    // Old models cannot be told which of the tools are allowed unless one must be called, so they do not see the
    // others.
    [[nodiscard]] bool is_offered(std::string_view name) const {
        const ToolChoice& choice = request_.tool_choice;
        if (choice.allowed.empty() || generation_ != Generation::schema_only) return true;
        return std::ranges::find(choice.allowed, name) != choice.allowed.end();
    }

    void add_hosted(const Tool& tool, std::size_t index) {
        const std::optional<HostedTool> hosted = hosted_tool(tool.definition, reader_);
        if (!hosted) return notes_.lose(field(index), "The Gemini API does not know this kind of tool.");
        if (hosted->search) return add_search(field(index));
        plan_.hosted.push_back(hosted->json);
    }

    void add_search(std::string place) {
        if (!searches_) plan_.hosted.emplace_back(R"({"googleSearch":{}})");
        searches_ = true;
        // To a client of this dialect it is what it asked for.
        if (request_.dialect != ClientDialect::google_generate) notes_.record(std::move(place), AdaptAction::mapped);
    }

    // The newest models call both kinds in one answer when told that they may. Of the others some take both and some
    // do not, and the API itself says so.
    void mix() { plan_.mixed = generation_ == Generation::levels && !plan_.functions.empty() && !plan_.hosted.empty(); }

    void choose() {
        const ToolChoice& choice = request_.tool_choice;
        // Holding calls to their schemas is a mode of its own, which takes the place of AUTO.
        const bool validated = strict_ || plan_.mixed;
        switch (choice.mode) {
            case ToolChoice::Mode::unset:
                plan_.mode = validated ? "VALIDATED" : "";
                break;
            case ToolChoice::Mode::automatic:
                plan_.mode = validated || !allowed().empty() ? "VALIDATED" : "AUTO";
                break;
            case ToolChoice::Mode::none:
                plan_.mode = "NONE";
                return;
            case ToolChoice::Mode::required:
                plan_.mode = "ANY";
                break;
            case ToolChoice::Mode::named:
                plan_.mode = "ANY";
                plan_.allowed = {names_.wire(choice.name)};
                return;
        }
        plan_.allowed = allowed();
    }

    [[nodiscard]] std::vector<std::string> allowed() const {
        std::vector<std::string> names;
        if (generation_ == Generation::schema_only) return names;
        for (const std::string& name : request_.tool_choice.allowed) {
            const std::string wire = names_.wire(name);
            if (std::ranges::find(plan_.functions, wire, &ToolPlan::Declaration::name) != plan_.functions.end())
                names.push_back(wire);
        }
        return names;
    }

    const ChatRequest& request_;
    Generation generation_;
    const ToolNames& names_;
    EncodeNotes& notes_;
    ToolPlan plan_;
    JsonReader reader_;
    std::size_t bytes_ = 0;  // of schemas
    bool strict_ = false;
    bool searches_ = false;
};

void write_declaration(JsonWriter& writer, const ToolPlan::Declaration& function, SchemaForm form) {
    writer.begin_object().field("name", function.name);
    if (!function.description.empty()) writer.field("description", function.description);
    if (!function.parameters.empty()) {
        const std::string_view key = form == SchemaForm::openapi ? "parameters" : "parametersJsonSchema";
        writer.raw_field(key, function.parameters);
    }
    writer.end_object();
}

void write_calling(JsonWriter& writer, const ToolPlan& plan) {
    if (plan.mode.empty()) return;
    writer.key("functionCallingConfig").begin_object().field("mode", plan.mode);
    if (!plan.allowed.empty()) {
        writer.key("allowedFunctionNames").begin_array();
        for (const std::string& name : plan.allowed) writer.string(name);
        writer.end_array();
    }
    writer.end_object();
}

void write_list(JsonWriter& writer, const ToolPlan& plan) {
    writer.key("tools").begin_array();
    if (!plan.functions.empty()) {
        writer.begin_object().key("functionDeclarations").begin_array();
        for (const ToolPlan::Declaration& function : plan.functions) write_declaration(writer, function, plan.form);
        writer.end_array().end_object();
    }
    for (const std::string& hosted : plan.hosted) writer.raw(hosted);
    writer.end_array();
}

}  // namespace

ToolPlan plan_tools(const ChatRequest& request, Generation generation, const ToolNames& names, EncodeNotes& notes) {
    return Planner(request, generation, names, notes).plan();
}

void write_tools(JsonWriter& writer, const ToolPlan& plan, std::string_view sent, std::string_view retrieval) {
    if (plan.empty()) return;
    if (sent.empty()) {
        write_list(writer, plan);
    } else {
        writer.raw_field("tools", sent);
    }
    if (plan.mode.empty() && !plan.mixed && retrieval.empty()) return;
    writer.key("toolConfig").begin_object();
    write_calling(writer, plan);
    if (plan.mixed) writer.field("includeServerSideToolInvocations", true);
    if (!retrieval.empty()) writer.raw_field("retrievalConfig", retrieval);
    writer.end_object();
}

}  // namespace breakwater::google
