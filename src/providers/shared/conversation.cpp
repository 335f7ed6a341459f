#include "conversation.hpp"

#include <algorithm>
#include <string>

#include "breakwater/base/json_escapes.hpp"
#include "breakwater/base/strings.hpp"
#include "seals.hpp"

namespace breakwater {

namespace {

// Ends a request that stops with the assistant's turn, for models that refuse to continue one: as a rule an agent that
// replays an interrupted stream.
constexpr std::string_view kContinue = "Continue.";

std::string field(std::size_t message, std::string_view rest = {}) {
    return "messages[" + std::to_string(message) + "]" + std::string(rest);
}

bool is_blank(std::string_view text) {
    return without_trailing_space(text).empty();
}
/// A long text that is shared is not decoded for that, unless it begins with a blank or an escape.
bool is_blank(const ClientText& text) {
    const JsonString string = text.string();
    const bool speaks = string.escaped && string.bytes.front() != '\\' && !is_blank(string.bytes.substr(0, 1));
    return !speaks && is_blank(text.view());
}

bool is_call(const ContentBlock& block) {
    return std::holds_alternative<CallBlock>(block.what);
}
bool is_result(const ContentBlock& block) {
    return std::holds_alternative<ResultBlock>(block.what);
}
bool is_reasoning(const ContentBlock& block) {
    return std::holds_alternative<ReasoningBlock>(block.what);
}

class Builder {
public:
    Builder(const ChatRequest& request, const ConversationRules& rules, EncodeNotes& notes)
        : request_(request), rules_(rules), notes_(notes) {}

    Conversation build() {
        for (std::size_t i = 0; i < request_.messages.size(); ++i) add(request_.messages[i], i);
        close_calls();
        finish(rules_.prefill);
        return std::move(conversation_);
    }

private:
    void add(const Message& message, std::size_t index) {
        if (!message.name.empty()) notes_.record(field(index, ".name"), AdaptAction::dropped);
        switch (message.role) {
            case Role::system:
            case Role::developer:
                return add_system(message, index);
            case Role::user:
                return add_user(message, index);
            case Role::assistant:
                return add_assistant(message, index);
            case Role::tool:
                return add_result(message, index);
        }
    }

    // The API takes system text in one place, before everything else.
    void add_system(const Message& message, std::size_t index) {
        if (!conversation_.turns.empty()) notes_.record(field(index), AdaptAction::mapped);
        for (std::size_t part = 0; part < message.parts.size(); ++part) {
            const auto* text = std::get_if<TextPart>(&message.parts[part]);
            if (const auto* native = std::get_if<NativeItemPart>(&message.parts[part])) {
                conversation_.system.push_back({NativeBlock{native}});
            } else if (text == nullptr) {
                notes_.lose(part_field(index, part), "System messages can hold text only.");
            } else if (!is_blank(text->text)) {
                conversation_.system.push_back({TextBlock{text->text.string()}, text->cache_control});
            }
        }
        cache_last(conversation_.system, message.cache_control);
    }

    void add_user(const Message& message, std::size_t index) {
        const std::vector<ContentBlock> blocks = blocks_of(message, index);
        if (blocks.empty()) return notes_.record(field(index), AdaptAction::dropped);
        std::vector<ContentBlock>& turn = user_turn();
        turn.insert(turn.end(), blocks.begin(), blocks.end());
    }

    void add_assistant(const Message& message, std::size_t index) {
        if (!message.audio.empty()) notes_.change(field(index, ".audio"), AdaptAction::dropped);
        const std::vector<ContentBlock> blocks = blocks_of(message, index);
        if (blocks.empty()) return notes_.record(field(index), AdaptAction::dropped);
        last_assistant_ = index;
        if (conversation_.turns.empty() || !conversation_.turns.back().assistant) {
            close_calls();
            conversation_.turns.push_back({.assistant = true});
        }
        std::vector<ContentBlock>& turn = conversation_.turns.back().blocks;
        for (const ContentBlock& block : blocks) {
            // Calls stand last, also where two assistant messages became one turn.
            const auto at = is_call(block) ? turn.end() : std::ranges::find_if(turn, is_call);
            turn.insert(at, block);
            if (is_call(block)) open_calls_.push_back({std::get<CallBlock>(block.what).part->id, index});
        }
    }

    void add_result(const Message& message, std::size_t index) {
        const auto open = std::ranges::find(open_calls_, std::string_view(message.tool_call_id), &OpenCall::id);
        if (open == open_calls_.end()) return add_orphan(message, index);
        open_calls_.erase(open);
        std::string_view cache = message.cache_control;
        std::vector<const ContentPart*> parts;
        for (std::size_t i = 0; i < message.parts.size(); ++i) {
            const ContentPart& part = message.parts[i];
            if (const auto* text = std::get_if<TextPart>(&part)) {
                if (!text->cache_control.empty()) cache = text->cache_control;
                if (!is_blank(text->text)) parts.push_back(&part);
            } else if (std::holds_alternative<ImagePart>(part) || std::holds_alternative<FilePart>(part)) {
                if (rules_.accept_media(part, part_field(index, i), notes_)) parts.push_back(&part);
            } else if (std::holds_alternative<NativeItemPart>(part)) {
                parts.push_back(&part);
            } else {
                notes_.lose(part_field(index, i), "Tool results can hold text, images and files only.");
            }
        }
        insert_result({ResultBlock{message.tool_call_id, &message, std::move(parts)}, cache});
    }

    // Without its call a result is an error to the API, but what it says may still matter.
    void add_orphan(const Message& message, std::size_t index) {
        notes_.change(field(index), AdaptAction::emulated);
        add_user(message, index);
    }

    void insert_result(ContentBlock block) {
        std::vector<ContentBlock>& turn = user_turn();
        turn.insert(std::ranges::find_if_not(turn, is_result), block);
    }

    // Calls that the client never answered get a failed result, or the API refuses the whole conversation.
    void close_calls() {
        const std::vector<OpenCall> unanswered = std::move(open_calls_);
        open_calls_.clear();
        for (const OpenCall& call : unanswered) {
            notes_.change(field(call.message, ".tool_calls"), AdaptAction::emulated);
            insert_result({ResultBlock{call.id, nullptr}});
        }
    }

    std::vector<ContentBlock>& user_turn() {
        if (conversation_.turns.empty() || conversation_.turns.back().assistant) conversation_.turns.push_back({});
        return conversation_.turns.back().blocks;
    }

    std::vector<ContentBlock> blocks_of(const Message& message, std::size_t index) {
        std::vector<ContentBlock> blocks;
        for (std::size_t part = 0; part < message.parts.size(); ++part)
            add_part(blocks, message.parts[part], part_field(index, part), index);
        cache_last(blocks, message.cache_control);
        return blocks;
    }

    void add_part(std::vector<ContentBlock>& blocks, const ContentPart& part, const std::string& place,
                  std::size_t message) {
        if (const auto* text = std::get_if<TextPart>(&part)) {
            if (!is_blank(text->text)) blocks.push_back({TextBlock{text->text.string()}, text->cache_control});
        } else if (const auto* refusal = std::get_if<RefusalPart>(&part)) {
            if (!is_blank(std::string_view(refusal->text))) blocks.push_back({TextBlock{JsonString(refusal->text)}});
        } else if (const auto* image = std::get_if<ImagePart>(&part)) {
            if (rules_.accept_media(part, place, notes_)) blocks.push_back({MediaBlock{&part}, image->cache_control});
        } else if (const auto* file = std::get_if<FilePart>(&part)) {
            if (rules_.accept_media(part, place, notes_)) blocks.push_back({MediaBlock{&part}, file->cache_control});
        } else if (const auto* call = std::get_if<ToolCallPart>(&part)) {
            const auto before = static_cast<std::size_t>(std::ranges::count_if(blocks, is_call));
            blocks.push_back({CallBlock{call, message, before}, call->cache_control});
        } else if (const auto* reasoning = std::get_if<ReasoningPart>(&part)) {
            add_reasoning(blocks, *reasoning, message);
        } else if (const auto* native = std::get_if<NativeItemPart>(&part)) {
            blocks.push_back({NativeBlock{native}});
        } else if (std::holds_alternative<AudioPart>(part)) {
            if (rules_.accept_media(part, place, notes_)) blocks.push_back({MediaBlock{&part}});
        }
    }

    // The API verifies the seal of every block that it is given, so unsealed ones (another provider's) stay behind.
    void add_reasoning(std::vector<ContentBlock>& blocks, const ReasoningPart& reasoning, std::size_t message) {
        const bool sealed = !reasoning.signature.empty() && !is_marked_seal(reasoning.signature);
        if (!sealed && reasoning.redacted.empty()) {
            notes_.record(field(message, ".reasoning_content"), AdaptAction::dropped);
        } else {
            blocks.push_back({ReasoningBlock{&reasoning}});
        }
    }

    static std::string part_field(std::size_t message, std::size_t part) {
        return field(message, ".content[" + std::to_string(part) + "]");
    }

    static void cache_last(std::vector<ContentBlock>& blocks, std::string_view cache_control) {
        if (cache_control.empty()) return;
        const auto last = std::find_if_not(blocks.rbegin(), blocks.rend(), is_reasoning);
        if (last != blocks.rend()) last->cache_control = cache_control;
    }

    void finish(Prefill prefill) {
        std::vector<Turn>& turns = conversation_.turns;
        if (!turns.empty() && turns.back().assistant && prefill == Prefill::keep) trim_end(turns.back().blocks);
        std::erase_if(turns, [](const Turn& turn) { return turn.blocks.empty(); });
        const bool ends_with_assistant = !turns.empty() && turns.back().assistant;
        if (!turns.empty() && !(ends_with_assistant && prefill == Prefill::append_user)) return;
        notes_.change(request_.messages.empty() ? "messages" : field(request_.messages.size() - 1),
                      AdaptAction::emulated);
        turns.push_back({.assistant = false, .blocks = {{TextBlock{JsonString(kContinue)}}}});
    }

    // White space at the end of a prefill is refused.
    void trim_end(std::vector<ContentBlock>& blocks) {
        if (blocks.empty()) return;
        auto* text = std::get_if<TextBlock>(&blocks.back().what);
        if (text == nullptr) return;
        std::string_view& said = text->text.bytes;
        const std::string_view trimmed =
            text->text.escaped ? written_without_trailing_space(said) : without_trailing_space(said);
        if (trimmed.size() == said.size()) return;
        said = trimmed;
        notes_.record(field(last_assistant_), AdaptAction::mapped);
    }

    struct OpenCall {
        std::string_view id;
        std::size_t message;
    };

    const ChatRequest& request_;
    const ConversationRules& rules_;
    EncodeNotes& notes_;
    Conversation conversation_;
    std::vector<OpenCall> open_calls_;
    std::size_t last_assistant_ = 0;  // the last message of an assistant that left something to send
};

}  // namespace

Conversation build_conversation(const ChatRequest& request, const ConversationRules& rules, EncodeNotes& notes) {
    return Builder(request, rules, notes).build();
}

bool open_loop_without_reasoning(const Conversation& conversation) {
    const std::vector<Turn>& turns = conversation.turns;
    if (turns.size() < 2 || turns.back().assistant || !turns[turns.size() - 2].assistant) return false;
    if (!std::ranges::any_of(turns.back().blocks, is_result)) return false;
    return !std::ranges::any_of(turns[turns.size() - 2].blocks, is_reasoning);
}

}  // namespace breakwater
