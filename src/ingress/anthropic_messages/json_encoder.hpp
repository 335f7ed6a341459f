#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "answer_parts.hpp"

namespace breakwater::anthropic_messages {

/// Events to one `message` object, whose content blocks stand in the order in which the model wrote them: reasoning
/// between calls has to come back in its place. A fault becomes the error object, so that a body is never empty.
class JsonEncoder final : public ResponseEncoder {
public:
    explicit JsonEncoder(EncoderContext context) : facts_(std::move(context)) {}

    void on_event(const StreamEvent& event) override;
    bool on_native(const NativePart& part) override;
    void head(HttpResponseHead& head) const override;
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override {}  // A whole body has no room for one.

private:
    struct Read;
    struct Block {
        enum class Kind : std::uint8_t { text, thinking, call, native };
        Kind kind = Kind::text;
        std::string text{};  ///< or the arguments of a call, or the whole of a native block
        std::string id{};
        std::string name{};
        std::string seal{};     ///< signature, or what stands in place of the text
        bool redacted = false;  ///< `seal` stands in place of the text
        bool closed = false;    ///< what comes next opens another block
        std::string extension{};
        std::vector<std::string> citations{};
    };
    Block& block(Block::Kind kind);  ///< the last one when it is of this kind and open, else a new one
    void reasoning_end(const ReasoningEnd& end);
    void arguments(const ToolArgsDelta& delta);
    void write();
    [[nodiscard]] bool is_shown(const Block& block) const noexcept;
    static void write_block(JsonWriter& json, const Block& block);
    static void write_input(JsonWriter& json, const std::string& arguments);

    MessageFacts facts_;
    std::vector<Block> blocks_;
    std::vector<std::size_t> calls_;  ///< places in `blocks_` by the index of the call
    std::string out_;
    bool written_ = false;
};

}  // namespace breakwater::anthropic_messages
