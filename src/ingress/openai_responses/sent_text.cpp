#include "sent_text.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace breakwater::openai_responses_client {
namespace {

// Longer names, and those with other characters, are replaced on their way to a provider.
constexpr std::size_t kNameBytesMax = 64;

bool is_plain_name(std::string_view name) noexcept {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return name.size() <= kNameBytesMax && std::ranges::all_of(name, is_plain);
}

bool are_plain(const std::vector<Tool>& tools) noexcept {
    return !tools.empty() && std::ranges::all_of(tools, [](const Tool& tool) {
        return tool.kind == Tool::Kind::hosted || is_plain_name(tool.name);
    });
}

}  // namespace

void keep_sent_text(const std::shared_ptr<SentText>& sent, JsonReader::Element root, Draft& draft) {
    ChatRequest& request = draft.request;
    const bool tools = are_plain(request.tools);
    if (!draft.input_as_sent && !tools && !request.own->instructions) return;
    if (draft.input_as_sent) sent->messages = root["input"].raw();
    if (tools) sent->tools = root["tools"].raw();
    if (request.own->instructions) sent->system = root["instructions"].raw();
    request.sent = sent;
}

}  // namespace breakwater::openai_responses_client
