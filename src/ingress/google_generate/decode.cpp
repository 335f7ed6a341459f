#include "decode.hpp"

#include <algorithm>
#include <utility>

#include "../shared/body.hpp"
#include "../shared/model_name.hpp"
#include "breakwater/wire/client_body.hpp"
#include "contents.hpp"
#include "draft.hpp"
#include "generation_config.hpp"
#include "member.hpp"
#include "sent_text.hpp"
#include "tools.hpp"

namespace breakwater::google_generate {
namespace {

using ingress::Problem;

bool read_tier(const Value& value, Draft& draft) {
    if (!value.is_string()) return value.wrong_type("a string");
    draft.request.service_tier = enum_word(value.text(), "service_tier_");
    if (draft.request.service_tier == "unspecified") draft.request.service_tier.clear();
    return true;
}

bool read_member(std::string_view name, const Value& value, Draft& draft) {
    ChatRequest& request = draft.request;
    if (name == "contents") return read_contents(value, request, draft.call_ids);
    if (name == "systemInstruction") return read_system(value, draft.system, &request);
    if (name == "tools") return read_tools(value, request);
    if (name == "toolConfig") return read_tool_config(value, draft);
    if (name == "generationConfig") return read_generation_config(value, draft);
    if (name == "serviceTier") return read_tier(value, draft);
    if (name == "labels") return value.read_object(request.metadata);
    if (name == "store") return value.read(request.store);
    if (name == "model") return true;  // The path has it.
    keep_member(name, value, draft);
    return true;
}

bool has_tool(const ChatRequest& request, std::string_view name) {
    return std::ranges::any_of(request.tools, [&](const Tool& tool) { return tool.name == name; });
}

/// A choice needs something to choose from; without it, it says nothing.
bool settle_choice(const Value& root, ChatRequest& request) {
    ToolChoice& choice = request.tool_choice;
    const bool functions =
        std::ranges::any_of(request.tools, [](const Tool& tool) { return tool.kind == Tool::Kind::function; });
    if (!functions) {
        choice = {};
        return true;
    }
    if (choice.mode != ToolChoice::Mode::named || has_tool(request, choice.name)) return true;
    constexpr Name kConfig{"toolConfig", "tool_config"};
    return find(root, kConfig)->fail("invalid_value", "allows a function that is not declared");
}

bool settle(const Value& root, Draft& draft) {
    ChatRequest& request = draft.request;
    if (request.model.empty()) return root.missing("model");
    if (request.model.size() > ingress::kModelBytesMax)
        return root.fail("string_above_max_length", "expected at most 256 bytes");
    if (request.messages.empty()) return root.missing("contents");
    if (!draft.system.parts.empty()) request.messages.insert(request.messages.begin(), std::move(draft.system));
    // A stream of this dialect always ends with its usage.
    request.include_usage = request.stream;
    if (!settle_choice(root, request) || !settle_generation_config(root, draft)) return false;
    if (!draft.own_config.empty()) request.extensions.emplace_back("generationConfig", "{" + draft.own_config + "}");
    return true;
}

bool read_request(const Value& root, Draft& draft) {
    draft.request.dialect = ClientDialect::google_generate;
    const bool read =
        each_named(root, [&](std::string_view name, const Value& value) { return read_member(name, value, draft); });
    return read && settle(root, draft);
}

}  // namespace

void keep_member(std::string_view name, const Value& value, Draft& draft) {
    draft.request.extensions.emplace_back(name, value.json());
}

Result<void> decode_request(std::string& body, JsonReader& reader, ChatRequest& request) {
    const std::shared_ptr<SentText> sent = ingress::hold_body(body, ClientDialect::google_generate);
    const Result<JsonReader::Element> parsed = parse_client_body(sent->body, reader);
    if (!parsed) return std::unexpected(parsed.error());
    Problem problem;
    Draft draft{.request = request};
    request.body_bytes = sent->body.size();
    const Value::Body shared(sent, &sent->body);
    if (!read_request(Value(*parsed, problem, shared), draft)) return std::unexpected(std::move(*problem));
    keep_sent_text(sent, *parsed, draft.call_ids, request);
    return {};
}

Result<void> decode_count_request(std::string& body, JsonReader& reader, ChatRequest& request) {
    const Result<JsonReader::Element> parsed = parse_client_body(body, reader);
    if (!parsed) return std::unexpected(parsed.error());
    Problem problem;
    Draft draft{.request = request};
    const Value root(*parsed, problem);
    constexpr Name kWhole{"generateContentRequest", "generate_content_request"};
    const std::optional<Value> whole = find(root, kWhole);
    if (!read_request(whole ? *whole : root, draft)) return std::unexpected(std::move(*problem));
    return {};
}

}  // namespace breakwater::google_generate
