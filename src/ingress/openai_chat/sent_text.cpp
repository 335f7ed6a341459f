#include "sent_text.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace breakwater::openai_chat {
namespace {

using Element = JsonReader::Element;
using Object = JsonReader::Object;
using Array = JsonReader::Array;

// All of it compares an object with what was read from it. Names do not repeat, so when as many members were read as
// there are, there is no other: none that is unknown, and none that is null.

bool is_object_of(Element parent, std::string_view key, std::size_t members) noexcept {
    Object object;
    return parent[key].get(object) && object.size() == members;
}

std::size_t member_count(Element value) noexcept {
    Object object;
    return value.get(object) ? object.size() : 0;
}

/// The data URI is written as the gateway would: in lower case, with nothing between type and encoding.
bool is_plain_uri(std::string_view uri, const ImagePart& image) noexcept {
    static constexpr std::string_view kScheme = "data:";
    static constexpr std::string_view kEncoding = ";base64,";
    if (!image.url.empty()) return true;
    const std::size_t head = kScheme.size() + image.media_type.size();
    return uri.size() == head + kEncoding.size() + image.data.view().size() && uri.starts_with(kScheme) &&
           uri.substr(kScheme.size(), image.media_type.size()) == image.media_type &&
           uri.substr(head, kEncoding.size()) == kEncoding;
}

bool is_plain_image(Element part, const ImagePart& image) noexcept {
    const std::size_t members = image.detail.empty() ? 1 : 2;
    return member_count(part) == 2 && is_object_of(part, "image_url", members) &&
           is_plain_uri(get_string(part["image_url"], "url").value_or(""), image);
}

/// A list of content parts. What a tool returns besides text is not for all to pass on.
bool is_plain_list(Array list, const Message& read, std::uint8_t& holds) noexcept {
    if (list.size() == 0 || list.size() > read.parts.size()) return false;
    std::size_t index = 0;
    std::size_t texts = 0;
    for (const Element part : list) {
        const ContentPart& typed = read.parts[index++];
        if (std::holds_alternative<TextPart>(typed)) {
            if (member_count(part) != 2) return false;
            ++texts;
        } else {
            const auto* image = std::get_if<ImagePart>(&typed);
            if (image == nullptr || read.role == Role::tool || !is_plain_image(part, *image)) return false;
        }
    }
    if (texts == index) holds |= texts == 1 ? SentText::lone_texts : SentText::text_lists;
    return true;
}

bool is_plain_call(Element call, const ToolCallPart& read) noexcept {
    return member_count(call) == 3 && get_string(call, "type") && !read.arguments.empty() &&
           is_object_of(call, read.custom ? "custom" : "function", 2);
}

/// The calls are the last parts of a message.
bool are_plain_calls(Array calls, const Message& read) noexcept {
    if (calls.size() == 0 || calls.size() > read.parts.size()) return false;
    std::size_t index = read.parts.size() - calls.size();
    for (const Element call : calls) {
        const auto* typed = std::get_if<ToolCallPart>(&read.parts[index++]);
        if (typed == nullptr || !is_plain_call(call, *typed)) return false;
    }
    return true;
}

/// The content of a message; `calls`: tool calls stand beside it.
bool is_plain_content(Element message, const Message& read, bool calls, std::uint8_t& holds) noexcept {
    Element content;
    if (!message["content"].get(content)) return false;
    // Beside calls no text is written as null.
    if (content.is_null()) return calls;
    Array list;
    if (content.get(list)) return is_plain_list(list, read, holds);
    std::string_view text;
    return content.get(text) && !(calls && text.empty());
}

bool is_plain_message(Element message, const Message& read, std::uint8_t& holds) noexcept {
    std::size_t members = 2;  // role and content
    bool calls = false;
    if (read.role == Role::developer) holds |= SentText::developers;
    if (read.role == Role::tool) {
        // The role `function` is read as this one too.
        if (get_string(message, "role") != "tool") return false;
        holds |= SentText::call_ids;
        ++members;
    }
    if (!read.name.empty()) {
        holds |= SentText::names;
        ++members;
    }
    Array list;
    if (read.role == Role::assistant && message["tool_calls"].get(list)) {
        if (!are_plain_calls(list, read)) return false;
        holds |= SentText::call_ids;
        calls = true;
        ++members;
    }
    return member_count(message) == members && is_plain_content(message, read, calls, holds);
}

bool is_plain_function(Element tool, const Tool& read, std::uint8_t& holds) noexcept {
    if (read.parameters.empty()) holds |= SentText::bare_functions;
    if (read.strict) holds |= SentText::strict_functions;
    const std::array<bool, 4> members{true, !read.description.empty(), !read.parameters.empty(),
                                      read.strict.has_value()};
    return member_count(tool) == 2 && get_string(tool, "type") &&
           is_object_of(tool, "function", static_cast<std::size_t>(std::ranges::count(members, true)));
}

bool is_plain_tool(Element tool, const Tool& read, std::uint8_t& holds) noexcept {
    switch (read.kind) {
        case Tool::Kind::hosted:
            return true;
        case Tool::Kind::function:
            return is_plain_function(tool, read, holds);
        case Tool::Kind::custom:
            return member_count(tool) == 2 &&
                   is_object_of(tool, "custom",
                                1 + (read.description.empty() ? 0U : 1U) + (read.definition.empty() ? 0U : 1U));
    }
    return false;
}

/// Every item of the member is as it was read.
template <class Read, class IsPlain>
bool is_plain(Element root, std::string_view key, const std::vector<Read>& read, std::uint8_t& holds,
              IsPlain is_plain_item) noexcept {
    Array items;
    if (!root[key].get(items) || read.empty()) return false;
    auto typed = read.begin();
    for (const Element item : items) {
        if (typed == read.end() || !is_plain_item(item, *typed++, holds)) return false;
    }
    return typed == read.end();
}

}  // namespace

void keep_sent_text(const std::shared_ptr<SentText>& sent, Element root, ChatRequest& request) {
    std::uint8_t holds = 0;
    const bool messages = is_plain(root, "messages", request.messages, holds, is_plain_message);
    // Legacy functions became tools, and are not in the client's list of them.
    const bool tools = !request.legacy_functions && is_plain(root, "tools", request.tools, holds, is_plain_tool);
    if (!messages && !tools) return;
    if (messages) sent->messages = root["messages"].raw();
    if (tools) sent->tools = root["tools"].raw();
    sent->holds = holds;
    request.sent = sent;
}

}  // namespace breakwater::openai_chat
