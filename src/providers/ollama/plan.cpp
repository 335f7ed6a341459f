#include "plan.hpp"

#include <algorithm>

#include "../shared/deferred_tools.hpp"
#include "../shared/instructions.hpp"
#include "../shared/json_schema.hpp"

namespace breakwater::ollama {

namespace {

std::string field(std::size_t index, std::string_view rest = {}) {
    return "tools[" + std::to_string(index) + "]" + std::string(rest);
}

class Planner {
public:
    Planner(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes)
        : request_(request), deployment_(deployment), notes_(notes) {}

    RequestPlan plan() {
        const ToolChoice& choice = request_.tool_choice;
        // The server knows no tool choice: a model that must call none is offered none.
        if (choice.mode != ToolChoice::Mode::none) offer();
        drop_deferred_loading(request_.tools, notes_);
        if (!plan_.tools.empty()) choose();
        plan_format();
        return std::move(plan_);
    }

private:
    [[nodiscard]] bool is_offered(const Tool& tool) const {
        const ToolChoice& choice = request_.tool_choice;
        if (choice.mode == ToolChoice::Mode::named) return tool.name == choice.name;
        return choice.allowed.empty() || std::ranges::find(choice.allowed, tool.name) != choice.allowed.end();
    }

    void offer() {
        for (std::size_t i = 0; i < request_.tools.size(); ++i) {
            const Tool& tool = request_.tools[i];
            if (!is_offered(tool)) continue;
            if (tool.kind != Tool::Kind::function) {
                notes_.lose(field(i), "Ollama's models call functions only.");
                continue;
            }
            Result<std::string> parameters = json_schema::tool_parameters(tool.parameters, reader_);
            if (!parameters) {
                Error error = std::move(parameters.error());
                error.param = field(i, ".function.parameters");
                notes_.reject(std::move(error));
                continue;
            }
            // A tool without parameters has an empty object of them in every dialect.
            if (*parameters != tool.parameters && *parameters != json_schema::kNoParameters)
                notes_.record(field(i, ".function.parameters"), AdaptAction::mapped);
            plan_.tools.push_back({.tool = &tool, .parameters = std::move(*parameters)});
        }
    }

    void choose() {
        const ToolChoice& choice = request_.tool_choice;
        const bool named = choice.mode == ToolChoice::Mode::named;
        if (!named && choice.mode != ToolChoice::Mode::required) return;
        plan_.instruction = call_instruction(named ? choice.name : std::string());
        notes_.change("tool_choice", AdaptAction::emulated);
    }

    // A format binds everything that the model writes, and so it could not call a tool any more.
    [[nodiscard]] bool takes_format(Feature feature) const {
        const Support support = deployment_.capabilities.feature(feature);
        return plan_.tools.empty() && (support == Support::native || support == Support::unknown);
    }

    void plan_format() {
        const ResponseFormat& format = request_.response_format;
        if (format.kind == ResponseFormat::Kind::unset || format.kind == ResponseFormat::Kind::text) return;
        const bool any_object = format.kind == ResponseFormat::Kind::json_object || format.schema.empty();
        if (takes_format(any_object ? Feature::json_object : Feature::json_schema)) {
            plan_.format = any_object ? R"("json")" : format.schema;
            return;
        }
        notes_.change("response_format", AdaptAction::emulated);
        plan_.asks_for_json = true;
        const std::string words = json_instruction(any_object ? std::string_view() : std::string_view(format.schema));
        plan_.instruction = join_instructions(words, plan_.instruction);
    }

    const ChatRequest& request_;
    const Deployment& deployment_;
    EncodeNotes& notes_;
    RequestPlan plan_;
    JsonReader reader_;
};

}  // namespace

RequestPlan plan_request(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes) {
    return Planner(request, deployment, notes).plan();
}

}  // namespace breakwater::ollama
