#include "conversation.hpp"

#include <algorithm>
#include <optional>

#include "../shared/seals.hpp"
#include "breakwater/base/strings.hpp"
#include "media.hpp"
#include "signatures.hpp"

namespace breakwater::google {

namespace {

// Stands before a conversation that the model would begin, and after one that it would end.
constexpr std::string_view kBegin = ".";
constexpr std::string_view kContinue = "Continue.";

std::string field(std::size_t message, std::string_view rest = {}) {
    return "messages[" + std::to_string(message) + "]" + std::string(rest);
}

std::string part_field(std::size_t message, std::size_t part) {
    return field(message, ".content[" + std::to_string(part) + "]");
}

bool is_result(const Piece& piece) {
    return std::holds_alternative<ResultPiece>(piece);
}
bool is_call(const Piece& piece) {
    return std::holds_alternative<CallPiece>(piece);
}

/// Builds the contents one message after the other.
class Builder {
public:
    Builder(const ChatRequest& request, bool steps, EncodeNotes& notes)
        : request_(request), steps_(steps), notes_(notes) {}

    Conversation build(Prefill prefill) {
        for (std::size_t i = 0; i < request_.messages.size(); ++i) add(request_.messages[i], i);
        close_calls();
        finish(prefill);
        return std::move(conversation_);
    }

private:
    struct OpenCall {
        const ToolCallPart* part;
        std::size_t message;
        std::optional<ResultPiece> result{};
    };

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
        if (!conversation_.contents.empty()) notes_.record(field(index), AdaptAction::mapped);
        for (std::size_t part = 0; part < message.parts.size(); ++part) {
            const auto* text = std::get_if<TextPart>(&message.parts[part]);
            if (text == nullptr) {
                notes_.lose(part_field(index, part), "System messages can hold text only.");
            } else if (!text->text.empty()) {
                conversation_.system.push_back(text->text.string());
            }
        }
    }

    void add_user(const Message& message, std::size_t index) {
        std::vector<Piece> pieces = pieces_of(message, index);
        if (pieces.empty()) return notes_.record(field(index), AdaptAction::dropped);
        close_calls();
        // The user's own words stand apart from results: the API looks for the last of them to know where the turn
        // began.
        Content* last = conversation_.contents.empty() ? nullptr : &conversation_.contents.back();
        const bool joins =
            last != nullptr && !last->model && (last->pieces.empty() || !is_result(last->pieces.front()));
        if (!joins) last = &conversation_.contents.emplace_back();
        std::ranges::move(pieces, std::back_inserter(last->pieces));
    }

    void add_assistant(const Message& message, std::size_t index) {
        if (!message.audio.empty()) notes_.change(field(index, ".audio"), AdaptAction::dropped);
        std::vector<Piece> pieces = pieces_of(message, index);
        if (pieces.empty()) return notes_.record(field(index), AdaptAction::dropped);
        // Two turns that both call must not become one: the results of the first stand between them.
        if (!open_.empty()) close_calls();
        if (conversation_.contents.empty() || !conversation_.contents.back().model)
            conversation_.contents.push_back({.model = true});
        for (Piece& piece : pieces) {
            if (const auto* call = std::get_if<CallPiece>(&piece)) open_.push_back({call->part, index});
            conversation_.contents.back().pieces.push_back(std::move(piece));
        }
    }

    void add_result(const Message& message, std::size_t index) {
        const auto open = std::ranges::find_if(
            open_, [&](const OpenCall& call) { return !call.result && call.part->id == message.tool_call_id; });
        // Without its call a result is an error to the API, but what it says may still matter.
        if (open == open_.end()) {
            notes_.change(field(index), AdaptAction::emulated);
            return add_user(message, index);
        }
        ResultPiece result{.call = open->part, .message = &message};
        for (std::size_t i = 0; i < message.parts.size(); ++i) {
            const ContentPart& part = message.parts[i];
            if (std::holds_alternative<TextPart>(part)) continue;
            if (accept_media(part, part_field(index, i), notes_)) result.media.push_back(&part);
        }
        open->result = std::move(result);
    }

    // As many results as calls, in the same order: where there are no ids, that is what links them. Calls that the
    // client never answered get a failed result.
    void close_calls() {
        if (open_.empty()) return;
        Content results;
        for (OpenCall& call : open_) {
            if (!call.result) {
                notes_.change(field(call.message, ".tool_calls"), AdaptAction::emulated);
                call.result = ResultPiece{.call = call.part, .message = nullptr};
            }
            results.pieces.emplace_back(std::move(*call.result));
        }
        open_.clear();
        conversation_.contents.push_back(std::move(results));
    }

    std::vector<Piece> pieces_of(const Message& message, std::size_t index) {
        std::vector<Piece> pieces;
        std::string_view text_signature;
        for (std::size_t i = 0; i < message.parts.size(); ++i) {
            const ContentPart& part = message.parts[i];
            if (const auto* text = std::get_if<TextPart>(&part)) {
                if (!text->text.empty()) pieces.emplace_back(TextPiece{.text = text->text.string()});
            } else if (const auto* refusal = std::get_if<RefusalPart>(&part)) {
                if (!refusal->text.empty()) pieces.emplace_back(TextPiece{.text = JsonString(refusal->text)});
            } else if (const auto* call = std::get_if<ToolCallPart>(&part)) {
                const auto before = static_cast<std::size_t>(std::ranges::count_if(pieces, is_call));
                pieces.emplace_back(CallPiece{call, index, before, call_signature(call->extension)});
            } else if (const auto* reasoning = std::get_if<ReasoningPart>(&part)) {
                add_reasoning(pieces, *reasoning, index, text_signature);
            } else if (const auto* native = std::get_if<NativeItemPart>(&part)) {
                add_step(pieces, *native);
            } else if (accept_media(part, part_field(index, i), notes_)) {
                pieces.emplace_back(MediaPiece{&part});
            }
        }
        sign_text(pieces, text_signature);
        return pieces;
    }

    void add_step(std::vector<Piece>& pieces, const NativeItemPart& native) {
        if (steps_) {
            pieces.emplace_back(NativePiece{&native});
        } else {
            notes_.change(native.field, AdaptAction::dropped);
        }
    }

    // Thoughts are told to the model by their seals only. A seal without a thought is that of the turn's text.
    void add_reasoning(std::vector<Piece>& pieces, const ReasoningPart& reasoning, std::size_t message,
                       std::string_view& text_signature) {
        const auto signature = unmark_seal(kSealVendor, reasoning.signature);
        if (!signature) {
            notes_.record(field(message, ".reasoning_content"), AdaptAction::dropped);
        } else if (reasoning.text.empty()) {
            text_signature = *signature;
        } else {
            pieces.emplace_back(
                TextPiece{.text = JsonString(reasoning.text), .signature = *signature, .thought = true});
        }
    }

    static void sign_text(std::vector<Piece>& pieces, std::string_view signature) {
        if (signature.empty()) return;
        const auto is_text = [](const Piece& piece) {
            const auto* text = std::get_if<TextPiece>(&piece);
            return text != nullptr && !text->thought;
        };
        const auto last = std::find_if(pieces.rbegin(), pieces.rend(), is_text);
        if (last != pieces.rend()) {
            std::get<TextPiece>(*last).signature = signature;
        } else {
            pieces.insert(std::ranges::find_if(pieces, is_call), TextPiece{.signature = signature});
        }
    }

    void finish(Prefill prefill) {
        std::vector<Content>& contents = conversation_.contents;
        // A request with nothing but instructions is a question in other clothes.
        if (contents.empty()) {
            Content question;
            for (const JsonString& text : conversation_.system) question.pieces.emplace_back(TextPiece{text});
            if (question.pieces.empty()) question.pieces.emplace_back(TextPiece{JsonString(kContinue)});
            conversation_.system.clear();
            contents.push_back(std::move(question));
            return notes_.change("messages", AdaptAction::emulated);
        }
        if (contents.front().model) {
            contents.insert(contents.begin(), {.model = false, .pieces = {TextPiece{JsonString(kBegin)}}});
            notes_.change("messages", AdaptAction::emulated);
        }
        if (contents.back().model && prefill == Prefill::append_user) {
            contents.push_back({.model = false, .pieces = {TextPiece{JsonString(kContinue)}}});
            notes_.change(field(request_.messages.size() - 1), AdaptAction::emulated);
        }
    }

    const ChatRequest& request_;
    bool steps_;
    EncodeNotes& notes_;
    Conversation conversation_;
    std::vector<OpenCall> open_;  // calls of the last turn, with the results that have come
};

}  // namespace

Conversation build_conversation(const ChatRequest& request, Prefill prefill, bool steps, EncodeNotes& notes) {
    return Builder(request, steps, notes).build(prefill);
}

}  // namespace breakwater::google
