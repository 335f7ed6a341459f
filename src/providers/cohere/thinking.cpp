#include "thinking.hpp"

#include <algorithm>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::cohere {

namespace {

// max_tokens counts thinking too; this much of it, and a quarter of a small one, is kept for the answer.
constexpr std::int64_t kVisibleMax = 1000;

std::int64_t budget_for(ReasoningEffort effort) {
    switch (effort) {
        case ReasoningEffort::none:
            return 0;
        case ReasoningEffort::minimal:
            return 512;
        case ReasoningEffort::low:
            return 1024;
        case ReasoningEffort::medium:
            return 4096;
        case ReasoningEffort::high:
            return 16384;
        case ReasoningEffort::xhigh:
        case ReasoningEffort::max:
            return 32768;
    }
    return 0;
}

class Planner {
public:
    Planner(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes)
        : request_(request), deployment_(deployment), notes_(notes) {}

    Thinking plan() {
        const Reasoning& reasoning = request_.reasoning;
        if (!reasoning.native.empty()) {
            read_native();
        } else if (reasoning.budget_tokens) {
            enable("reasoning_budget", *reasoning.budget_tokens);
        } else if (reasoning.effort == ReasoningEffort::none) {
            disable();
        } else if (reasoning.effort) {
            notes_.record("reasoning_effort", AdaptAction::mapped);
            enable("reasoning_effort", budget_for(*reasoning.effort));
        }
        return plan_;
    }

private:
    // The object of this API, or of one that calls the budget otherwise.
    void read_native() {
        JsonReader reader;
        const Result<JsonReader::Element> object = reader.parse(request_.reasoning.native);
        if (!object) return;
        if (get_string(*object, "type") == "disabled") return disable();
        const auto own = get_int(*object, "token_budget");
        const auto budget = own ? own : get_int(*object, "budget_tokens");
        if (!own && budget) notes_.record("thinking", AdaptAction::mapped);
        enable("thinking", budget);
    }

    void disable() {
        const Support reasoning = deployment_.capabilities.feature(Feature::reasoning);
        // Said to a model that does not think, it is refused; and that model does what is asked for anyway.
        if (reasoning == Support::native || !request_.reasoning.native.empty()) plan_.mode = Thinking::Mode::disabled;
    }

    void enable(const char* field, std::optional<std::int64_t> budget) {
        plan_.mode = Thinking::Mode::enabled;
        if (!budget || deployment_.capabilities.rule(Parameter::reasoning_budget).support == Support::absent) return;
        const std::int64_t wanted = std::max<std::int64_t>(*budget, 1);
        plan_.token_budget = wanted;
        const std::optional<std::int64_t> limit =
            request_.max_tokens ? request_.max_tokens : deployment_.facts.max_output;
        if (!limit) return;
        const std::int64_t room = *limit - std::clamp<std::int64_t>(*limit / 4, 1, kVisibleMax);
        plan_.token_budget = std::clamp<std::int64_t>(room, 1, wanted);
        if (*plan_.token_budget != wanted) notes_.change(field, AdaptAction::clamped);
    }

    const ChatRequest& request_;
    const Deployment& deployment_;
    EncodeNotes& notes_;
    Thinking plan_;
};

}  // namespace

Thinking plan_thinking(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes) {
    return Planner(request, deployment, notes).plan();
}

void write_thinking(JsonWriter& writer, const Thinking& thinking) {
    if (thinking.mode == Thinking::Mode::unset) return;
    writer.key("thinking").begin_object();
    writer.field("type", thinking.mode == Thinking::Mode::enabled ? "enabled" : "disabled");
    if (thinking.token_budget) writer.field("token_budget", *thinking.token_budget);
    writer.end_object();
}

}  // namespace breakwater::cohere
