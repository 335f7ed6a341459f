#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../shared/argument_scan.hpp"
#include "answer_parts.hpp"

namespace breakwater::anthropic_messages {

/// Events to those of the dialect (https://docs.anthropic.com/en/docs/build-with-claude/streaming). Content blocks come
/// strictly one after the other, so what a provider sends while a call is unfinished waits until that is complete. In
/// the steady state a delta costs a few appends and no allocation. Nothing is written before there is content or a
/// finish, so that a failing attempt can still be replaced.
class StreamEncoder final : public ResponseEncoder {
public:
    explicit StreamEncoder(EncoderContext context) : facts_(std::move(context)) {}

    void on_event(const StreamEvent& event) override;
    bool on_native(const NativePart& part) override;
    void head(HttpResponseHead& head) const override;
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override;

private:
    struct Route;
    enum class Open : std::uint8_t { nothing, text, thinking, call, native };
    /// An event that came out of turn. Those that go on with each other are one.
    struct Waiting {
        enum class Kind : std::uint8_t { text, reasoning, reasoning_end, call, citation, block };
        Kind kind;
        std::uint32_t call = 0;
        std::string first{};   ///< text, signature, id, citation, or block
        std::string second{};  ///< redacted, or name
        std::string extension{};
        std::string arguments{};
    };

    [[nodiscard]] bool must_wait() const noexcept;
    void hold(Waiting event);
    Waiting* waiting_call(std::uint32_t call) noexcept;
    void release(bool all);
    void replay(const Waiting& event);

    void text(std::string_view text);
    void reasoning(std::string_view text);
    void reasoning_end(std::string_view signature, std::string_view redacted);
    void call(std::uint32_t index, std::string_view id, std::string_view name, std::string_view extension);
    void arguments(std::uint32_t index, std::string_view json);
    void citation(std::string_view json);
    void end();
    void fault(const Error& error);

    void start();
    void open_block(Open kind, std::string_view block);
    void close_block();
    void begin_delta(std::string_view delta);

    MessageFacts facts_;
    std::string out_;
    std::vector<Waiting> waiting_;
    std::string hidden_;          ///< reasoning that nobody asked for, until its seal
    ingress::ArgumentScan scan_;  ///< of the open call
    std::uint32_t call_ = 0;      ///< the open one
    std::int64_t index_ = -1;     ///< of the last block
    Open open_ = Open::nothing;
    bool started_ = false;
    bool ended_ = false;
};

}  // namespace breakwater::anthropic_messages
