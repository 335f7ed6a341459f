#include "contents.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "../shared/own_words.hpp"
#include "member.hpp"
#include "parts.hpp"
#include "signatures.hpp"

namespace breakwater::google_generate {
namespace {

constexpr Name kCall{"functionCall", "function_call"};
constexpr Name kResult{"functionResponse", "function_response"};
constexpr Name kSignature{"thoughtSignature", "thought_signature"};
constexpr std::array<std::string_view, 3> kRoles{"user", "model", "function"};
constexpr std::string_view kModel = kRoles[1];
// What a part is read from.
constexpr std::array<std::string_view, 12> kMembers{"text",
                                                    "inlineData",
                                                    "inline_data",
                                                    "fileData",
                                                    "file_data",
                                                    "executableCode",
                                                    "executable_code",
                                                    "codeExecutionResult",
                                                    "code_execution_result",
                                                    "thought",
                                                    "thoughtSignature",
                                                    "thought_signature"};
constexpr std::array<std::string_view, 5> kCallPart{"functionCall", "function_call", "thought", "thoughtSignature",
                                                    "thought_signature"};
constexpr std::array<std::string_view, 3> kCallMembers{"name", "id", "args"};
constexpr std::array<std::string_view, 2> kResultPart{"functionResponse", "function_response"};
constexpr std::array<std::string_view, 4> kResultMembers{"name", "id", "response", "parts"};
// Of one conversation, and as many results; each result looks for its call among those that are open.
constexpr std::size_t kCallsMax = 4096;

/// A bare string where the turn is nothing but one text.
void mark_plain(Message& message) {
    message.plain = message.parts.size() == 1 && std::holds_alternative<TextPart>(message.parts.front());
}

class ContentsReader {
public:
    ContentsReader(ChatRequest& out, bool& ids) : request_(out), messages_(out.messages), ids_(ids) {}

    bool read(const Value& content) {
        if (!content.is_object()) return content.wrong_type("a content (an object)");
        std::string role(kRoles.front());
        const std::optional<Value> word = content.find("role");
        // Some clients leave it empty for the user.
        const bool empty = word && word->is_string() && word->text().empty();
        if (word && !empty && !word->read_word(role, kRoles)) return false;
        const std::optional<Value> parts = content.find("parts");
        if (!parts) return content.missing("parts");
        return role == kModel ? read_model(*parts) : read_user(*parts);
    }

private:
    struct OpenCall {
        std::string name;
        std::string id;
        bool given;  ///< the client wrote the id
    };

    /// Contents of the model in a row are one turn: clients keep each piece of a stream as one.
    bool read_model(const Value& parts) {
        if (messages_.empty() || messages_.back().role != Role::assistant)
            messages_.push_back({.role = Role::assistant});
        Message& message = messages_.back();
        const bool read = parts.each_item([&](const Value& part) {
            const PartKind kind = part_kind(part);
            if (kind == PartKind::call) return read_call(part, message);
            // A result of the model's own is that of a tool of the vendor's.
            if (kind != PartKind::other) return keep_native(part, message);
            return read_other(part, true, message.parts);
        });
        if (!read) return false;
        mark_plain(message);
        if (message.parts.empty()) messages_.pop_back();
        return true;
    }

    /// Results stand before whatever else the turn holds: they answer the turn before.
    bool read_user(const Value& parts) {
        Message message{.role = Role::user};
        const std::size_t before = messages_.size();
        const bool read = parts.each_item([&](const Value& part) {
            const PartKind kind = part_kind(part);
            if (kind == PartKind::result) return read_result(part);
            if (kind == PartKind::call) {
                return find(part, kCall)->fail("invalid_value", "expected only in a content with the role model");
            }
            if (kind == PartKind::step) return keep_native(part, message);
            return read_other(part, false, message.parts);
        });
        if (!read) return false;
        // Saying nothing is a turn too.
        if (message.parts.empty() && messages_.size() == before && parts.count() > 0)
            message.parts.emplace_back(TextPart{});
        mark_plain(message);
        if (!message.parts.empty()) messages_.push_back(std::move(message));
        return true;
    }

    bool read_other(const Value& part, bool model, std::vector<ContentPart>& parts) {
        ingress::note_own_members(part, kMembers, request_);
        return read_part(part, model, parts);
    }

    bool keep_native(const Value& part, Message& message) {
        ingress::own_words(request_).items = true;
        message.parts.emplace_back(NativeItemPart{.json = part.json(), .field = part.path()});
        return true;
    }

    bool read_call(const Value& part, Message& message) {
        const Value call = *find(part, kCall);
        if (!call.is_object()) return call.wrong_type("an object");
        if (calls_ == kCallsMax) return call.fail("array_above_max_length", "expected at most 4096 calls");
        ingress::note_own_members(part, kCallPart, request_);
        ingress::note_own_members(call, kCallMembers, request_);
        ToolCallPart typed{};
        std::string signature;
        if (!read_required(call, "name", typed.name) || !read_optional(call, "id", typed.id)) return false;
        if (!read_optional(part, kSignature, signature)) return false;
        ++calls_;
        const bool given = !typed.id.empty();
        ids_ = ids_ || given;
        if (!given) typed.id = "call_" + std::to_string(calls_);
        const std::optional<Value> arguments = call.find("args");
        typed.arguments = "{}";
        if (arguments && !arguments->read_object(typed.arguments)) return false;
        typed.extension = call_extension(signature);
        open_.push_back({typed.name, typed.id, given});
        message.parts.emplace_back(std::move(typed));
        return true;
    }

    bool read_result(const Value& part) {
        const Value result = *find(part, kResult);
        if (!result.is_object()) return result.wrong_type("an object");
        if (++results_ > kCallsMax) return result.fail("array_above_max_length", "expected at most 4096 results");
        ingress::note_own_members(part, kResultPart, request_);
        ingress::note_own_members(result, kResultMembers, request_);
        Message message{.role = Role::tool};
        std::string name;
        std::string id;
        if (!read_required(result, "name", name) || !read_optional(result, "id", id)) return false;
        ids_ = ids_ || !id.empty();
        message.tool_call_id = take_call(name, id);
        const std::optional<Value> response = result.find("response");
        if (response && !read_response(*response, message)) return false;
        if (const std::optional<Value> media = result.find("parts")) {
            if (!media->each_item([&](const Value& part) { return read_part(part, false, message.parts); }))
                return false;
        }
        mark_plain(message);
        messages_.push_back(std::move(message));
        return true;
    }

    /// The API's own words for what a tool returned, `output` and `error`, stand around the text only.
    static bool read_response(const Value& response, Message& message) {
        if (!response.is_object()) return response.wrong_type("an object");
        std::size_t members = 0;
        response.each_member([&](std::string_view, const Value&) { return ++members < 2; });
        const std::optional<Value> output = response.find("output");
        const std::optional<Value> error = response.find("error");
        const std::optional<Value>& lone = output ? output : error;
        if (members == 1 && lone && lone->is_string()) {
            message.tool_error = !output;
            message.parts.emplace_back(TextPart{.text = lone->client_text()});
        } else {
            message.parts.emplace_back(TextPart{.text = response.json()});
        }
        return true;
    }

    /// The id of the call that a result answers. What answers none keeps its own id, or its name.
    std::string take_call(const std::string& name, const std::string& id) {
        const auto answers = [&](const OpenCall& call) {
            return id.empty() ? call.name == name : call.id == id || (!call.given && call.name == name);
        };
        const auto call = std::ranges::find_if(open_, answers);
        if (call == open_.end()) return id.empty() ? name : id;
        std::string found = std::move(call->id);
        open_.erase(call);
        return found;
    }

    ChatRequest& request_;
    std::vector<Message>& messages_;
    bool& ids_;
    std::vector<OpenCall> open_;
    std::size_t calls_ = 0;
    std::size_t results_ = 0;
};

}  // namespace

bool read_contents(const Value& contents, ChatRequest& out, bool& ids) {
    ContentsReader reader(out, ids);
    return contents.each_item([&](const Value& content) { return reader.read(content); });
}

bool read_system(const Value& system, Message& out, ChatRequest* request) {
    out.role = Role::system;
    const auto add = [&](const Value& part) {
        if (request != nullptr && part.is_object()) ingress::note_own_members(part, kMembers, *request);
        if (!part.is_string()) return read_part(part, false, out.parts);
        out.parts.emplace_back(TextPart{.text = part.client_text()});
        return true;
    };
    const std::optional<Value> parts = system.find("parts");
    const Value& texts = parts ? *parts : system;
    if (!(texts.is_array() ? texts.each_item(add) : add(texts))) return false;
    if (!std::ranges::all_of(out.parts, [](const ContentPart& part) { return std::holds_alternative<TextPart>(part); }))
        return system.fail("invalid_value", "expected text only");
    mark_plain(out);
    return true;
}

}  // namespace breakwater::google_generate
