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

std::string_view either(JsonReader::Element root, std::string_view camel, std::string_view snake) noexcept {
    const JsonReader::Element value = root[camel];
    return value.exists() ? value.raw() : root[snake].raw();
}

}  // namespace

void keep_sent_text(const std::shared_ptr<SentText>& sent, JsonReader::Element root, bool call_ids,
                    ChatRequest& request) {
    if (!holds_wrapped_signature(sent->body) && are_plain_contents(root)) sent->messages = root["contents"].raw();
    // Some clients write a bare text.
    if (const std::string_view system = either(root, "systemInstruction", "system_instruction");
        system.starts_with('{'))
        sent->system = system;
    sent->tools = root["tools"].raw();
    if (call_ids) sent->holds |= SentText::call_ids;
    request.sent = sent;
}

}  // namespace breakwater::google_generate
