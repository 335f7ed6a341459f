#include "cache_scope.hpp"

#include <string>
#include <string_view>

#include "breakwater/wire/json_writer.hpp"

namespace breakwater::anthropic {

namespace {

constexpr std::string_view kMember = "cache_control";

/// The same hint without its scope: a view of one of the few that there are, because plans borrow theirs.
std::string_view without_scope(JsonReader::Element hint) noexcept {
    const std::string_view ttl = get_string(hint, "ttl").value_or("");
    if (ttl == "1h") return R"({"type":"ephemeral","ttl":"1h"})";
    if (ttl == "5m") return R"({"type":"ephemeral","ttl":"5m"})";
    return R"({"type":"ephemeral"})";
}

class ScopeRemover {
public:
    /// True when there was one.
    bool remove(std::string_view& hint) {
        if (hint.find("\"scope\"") == std::string_view::npos) return false;
        const Result<JsonReader::Element> parsed = reader_.parse(hint);
        if (!parsed || !get_value(*parsed, "scope")) return false;
        hint = without_scope(*parsed);
        return true;
    }

    bool remove(std::vector<ContentBlock>& blocks) {
        bool any = false;
        for (ContentBlock& block : blocks) any = remove(block.cache_control) || any;
        return any;
    }

    bool remove(ToolPlan::Entry& tool) { return tool.raw.empty() ? remove(tool.cache_control) : remove_raw(tool.raw); }

private:
    /// From a tool of the service, which is kept as its text.
    bool remove_raw(std::string& tool) {
        if (tool.find("\"scope\"") == std::string::npos) return false;
        const Result<JsonReader::Element> parsed = reader_.parse(tool);
        const auto hint = parsed ? get_object(*parsed, kMember) : std::nullopt;
        if (!hint || !get_value(*hint, "scope")) return false;
        JsonReader::Object members;
        if (!parsed->get(members)) return false;
        std::string bare;
        JsonWriter json(bare);
        json.begin_object();
        for (const auto [name, value] : members)
            json.raw_field(name, name == kMember ? std::string(without_scope(*hint)) : to_json(value));
        json.end_object();
        tool = std::move(bare);
        return true;
    }

    JsonReader reader_;
};

}  // namespace

ScopedHints drop_cache_scopes(RequestPlan& plan) {
    ScopeRemover remover;
    ScopedHints found{.system = remover.remove(plan.conversation.system)};
    for (Turn& turn : plan.conversation.turns) found.messages = remover.remove(turn.blocks) || found.messages;
    for (ToolPlan::Entry& tool : plan.tools.tools) found.tools = remover.remove(tool) || found.tools;
    return found;
}

}  // namespace breakwater::anthropic
