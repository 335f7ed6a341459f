#include "turns.hpp"

#include <algorithm>
#include <utility>

#include "media.hpp"

namespace breakwater::bedrock {

namespace {

// Said where the API wants somebody to say something.
constexpr JsonString kOpening(".");
constexpr JsonString kNod("OK.");
constexpr JsonString kAttached("Attached.");

bool is_result(const ContentBlock& block) {
    return std::holds_alternative<ResultBlock>(block.what);
}
bool is_call(const ContentBlock& block) {
    return std::holds_alternative<CallBlock>(block.what);
}
bool is_text(const ContentBlock& block) {
    return std::holds_alternative<TextBlock>(block.what);
}
bool is_reasoning(const ContentBlock& block) {
    return std::holds_alternative<ReasoningBlock>(block.what);
}
bool is_document_block(const ContentBlock& block) {
    const auto* media = std::get_if<MediaBlock>(&block.what);
    return media != nullptr && is_document(*media->part);
}

void drop_reasoning(Conversation& conversation, EncodeNotes& notes) {
    std::size_t dropped = 0;
    for (Turn& turn : conversation.turns) {
        dropped += std::erase_if(turn.blocks, is_reasoning);
        if (turn.blocks.empty()) turn.blocks.push_back({TextBlock{kOpening}});  // the roles go on alternating
    }
    if (dropped > 0) notes.record("messages.reasoning_content", AdaptAction::dropped);
}

void drop_cache_hints(Conversation& conversation, EncodeNotes& notes) {
    bool dropped = false;
    const auto clear = [&dropped](std::vector<ContentBlock>& blocks) {
        for (ContentBlock& block : blocks) {
            dropped = dropped || !block.cache_control.empty();
            block.cache_control = {};
        }
    };
    clear(conversation.system);
    for (Turn& turn : conversation.turns) clear(turn.blocks);
    if (dropped) notes.change("cache_control", AdaptAction::dropped);
}

void begin_with_user(std::vector<Turn>& turns, EncodeNotes& notes) {
    if (turns.empty() || !turns.front().assistant) return;
    turns.insert(turns.begin(), Turn{.assistant = false, .blocks = {{TextBlock{kOpening}}}});
    notes.change("messages", AdaptAction::emulated);
}

/// Results are in front; what may not stand beside them follows in a turn of its own, with the assistant between.
void part_results(std::vector<Turn>& turns, bool always, EncodeNotes& notes) {
    for (std::size_t i = 0; i < turns.size(); ++i) {
        std::vector<ContentBlock>& blocks = turns[i].blocks;
        const auto rest = std::ranges::find_if_not(blocks, is_result);
        if (rest == blocks.begin() || rest == blocks.end()) continue;
        if (!always && std::none_of(rest, blocks.end(), is_document_block)) continue;
        std::vector<ContentBlock> moved(rest, blocks.end());
        blocks.erase(rest, blocks.end());
        const auto after = turns.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        const auto nod = turns.insert(after, Turn{.assistant = true, .blocks = {{TextBlock{kNod}}}});
        turns.insert(nod + 1, Turn{.assistant = false, .blocks = std::move(moved)});
        notes.record("messages", AdaptAction::mapped);
    }
}

void add_text_to_documents(std::vector<Turn>& turns) {
    for (Turn& turn : turns) {
        if (std::ranges::any_of(turn.blocks, is_document_block) && std::ranges::none_of(turn.blocks, is_text)) {
            turn.blocks.insert(turn.blocks.begin(), {TextBlock{kAttached}});
        }
    }
}

}  // namespace

void arrange_turns(Conversation& conversation, const FamilyTraits& traits, EncodeNotes& notes) {
    if (!traits.signed_reasoning) drop_reasoning(conversation, notes);
    if (!traits.cache_points) drop_cache_hints(conversation, notes);
    if (traits.begins_with_user) begin_with_user(conversation.turns, notes);
    part_results(conversation.turns, traits.results_stand_alone, notes);
    add_text_to_documents(conversation.turns);
}

bool has_tool_history(const Conversation& conversation) {
    return std::ranges::any_of(conversation.turns, [](const Turn& turn) {
        return std::ranges::any_of(turn.blocks,
                                   [](const ContentBlock& block) { return is_call(block) || is_result(block); });
    });
}

}  // namespace breakwater::bedrock
