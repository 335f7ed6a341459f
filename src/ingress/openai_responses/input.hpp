#pragma once

#include <vector>

#include "../shared/value.hpp"

namespace breakwater::openai_responses_client {

using ingress::Value;

/// Reads `input`, a text or a flat list of items, as messages. What the assistant produced in one go, that is
/// reasoning, messages and calls up to the next input, is one turn, because that is how other dialects have it; where
/// it spoke before it thought again, a new turn begins, so that the order stays.
class InputReader {
public:
    explicit InputReader(std::vector<Message>& out) : out_(out) {}

    bool read(const Value& input);
    /// No item is one that a provider would have to be told in another way: none that the gateway named or sealed.
    [[nodiscard]] bool as_sent() const noexcept { return as_sent_; }
    /// Some message holds a NativeItemPart.
    [[nodiscard]] bool has_native_items() const noexcept { return native_; }

private:
    bool item(const Value& item, std::size_t index);
    bool message(const Value& item);
    bool call(const Value& item, bool custom);
    bool result(const Value& item);
    bool reasoning(const Value& item, std::size_t index);
    bool native(const Value& item, std::size_t index);
    /// The assistant's turn that goes on; `begins`: with what would come first in a turn.
    Message& turn(bool begins);

    std::vector<Message>& out_;
    bool as_sent_ = true;
    bool native_ = false;
};

}  // namespace breakwater::openai_responses_client
