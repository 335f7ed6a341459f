#include "conversation.hpp"

namespace breakwater {

namespace {

// "A maximum of 4 blocks with cache_control may be provided."
constexpr std::size_t kBreakpointsMax = 4;

std::size_t count(const std::vector<ContentBlock>& blocks) {
    std::size_t found = 0;
    for (const ContentBlock& block : blocks) found += block.cache_control.empty() ? 0 : 1;
    return found;
}

void clear_first(std::vector<ContentBlock>& blocks, std::size_t& excess) {
    for (ContentBlock& block : blocks) {
        if (excess == 0) return;
        if (block.cache_control.empty()) continue;
        block.cache_control = {};
        --excess;
    }
}

}  // namespace

std::size_t limit_cache_control(Conversation& conversation, std::size_t tool_breakpoints, bool automatic_breakpoint,
                                EncodeNotes& notes) {
    std::size_t total = tool_breakpoints + (automatic_breakpoint ? 1 : 0) + count(conversation.system);
    for (const Turn& turn : conversation.turns) total += count(turn.blocks);
    if (total <= kBreakpointsMax) return 0;

    notes.record("cache_control", AdaptAction::dropped);
    std::size_t excess = total - kBreakpointsMax;
    for (Turn& turn : conversation.turns) clear_first(turn.blocks, excess);
    clear_first(conversation.system, excess);
    return excess;
}

}  // namespace breakwater
