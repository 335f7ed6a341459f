#include "reasoning.hpp"

#include <algorithm>
#include <string>

#include "../shared/extensions.hpp"
#include "breakwater/routing/adapt.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai_responses {
namespace {

constexpr std::string_view kMember = "reasoning";

/// The effort that stands for a number of tokens, which this API has no place for.
ReasoningEffort effort_for(std::int64_t budget) noexcept {
    if (budget <= 0) return ReasoningEffort::none;
    if (budget <= 2048) return ReasoningEffort::low;
    return budget <= 8192 ? ReasoningEffort::medium : ReasoningEffort::high;
}

std::optional<ReasoningEffort> asked_effort(const Reasoning& asked, EncodeNotes& notes) {
    if (!asked.native.empty() && (asked.effort || !asked.budget_tokens)) {
        notes.change("thinking", AdaptAction::dropped);
    }
    if (asked.effort || !asked.budget_tokens) return asked.effort;
    notes.change("thinking.budget_tokens", AdaptAction::mapped);
    return effort_for(*asked.budget_tokens);
}

bool is_own_member(std::string_view name) {
    static constexpr std::string_view kNames[] = {"summary", "generate_summary", "context", "mode"};
    return std::ranges::find(kNames, name) != std::end(kNames);
}

/// What the client's own object says beside the effort, in which the chat API's member comes first.
void write_own_members(JsonWriter& json, std::string_view object, bool has_effort, EncodeNotes& notes) {
    JsonReader reader;
    const Result<JsonReader::Element> parsed = reader.parse(object);
    JsonReader::Object members;
    if (!parsed || !parsed->get(members)) {
        return notes.reject(Error(ErrorKind::invalid_request, "reasoning: expected an object.", std::string(kMember)));
    }
    for (const auto& [name, value] : members) {
        if (value.is_null()) continue;
        const bool effort = name == "effort";
        if ((effort && !has_effort) || is_own_member(name)) {
            json.raw_field(name, to_json(value));
        } else if (!effort) {
            notes.change("reasoning." + std::string(name), AdaptAction::dropped);
        }
    }
}

}  // namespace

void write_reasoning(JsonWriter& json, const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes) {
    const std::optional<ReasoningEffort> effort = asked_effort(request.reasoning, notes);
    const JsonText* own = find_member(request, kMember);
    const std::string& summary = request.reasoning.summary;
    if (own != nullptr && !deployment.capabilities.supports(Feature::reasoning)) {
        notes.change(std::string(kMember), AdaptAction::dropped);
        own = nullptr;
    }
    const bool summarised = !summary.empty() && deployment.capabilities.supports(Feature::reasoning);
    if (!effort && !summarised && own == nullptr) return;
    json.key("reasoning").begin_object();
    if (effort) json.field("effort", to_string(*effort));
    if (summarised) json.field("summary", summary);
    if (own != nullptr) write_own_members(json, *own, effort.has_value(), notes);
    json.end_object();
}

bool asks_for_seals(const ChatRequest& request, const Deployment& deployment) {
    if (!deployment.capabilities.supports(Feature::reasoning)) return false;
    return deployment.capabilities.feature(Feature::reasoning) == Support::native ||
           reasons(request, deployment.capabilities) || find_member(request, kMember) != nullptr ||
           !request.reasoning.summary.empty();
}

}  // namespace breakwater::openai_responses
