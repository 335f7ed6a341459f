#include "sent_text.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "signatures.hpp"

namespace breakwater::google_generate {
namespace {

bool names_its_role(JsonReader::Element content) noexcept {
    const std::string_view role = get_string(content, "role").value_or("");
    return role == "user" || role == "model";
}

/// Vertex AI wants a role on every turn.
bool are_plain_contents(JsonReader::Element root) noexcept {
    const auto contents = get_array(root, "contents");
    return contents && std::ranges::all_of(*contents, names_its_role);
}

std::string_view either(const JsonReader& reader, std::string_view body, std::string_view camel,
                        std::string_view snake) noexcept {
    const std::string_view value = reader.raw_member(body, camel);
    return value.empty() ? reader.raw_member(body, snake) : value;
}

}  // namespace

void keep_sent_text(std::string& body, const JsonReader& reader, JsonReader::Element root, bool call_ids,
                    ChatRequest& request) {
    auto sent = std::make_shared<SentText>();
    sent->dialect = ClientDialect::google_generate;
    const bool plain = !holds_wrapped_signature(body) && are_plain_contents(root);
    sent->body = std::move(body);
    if (plain) sent->messages = reader.raw_member(sent->body, "contents");
    // Some clients write a bare text.
    if (const std::string_view system = either(reader, sent->body, "systemInstruction", "system_instruction");
        system.starts_with('{'))
        sent->system = system;
    sent->tools = reader.raw_member(sent->body, "tools");
    if (call_ids) sent->holds |= SentText::call_ids;
    request.sent = std::move(sent);
}

}  // namespace breakwater::google_generate
