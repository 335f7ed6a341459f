#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/ingress/ingress.hpp"

namespace breakwater::openai_chat {

/// Events to `chat.completion.chunk` events, the way SDK accumulators need them: role, tool ids and names once; one
/// list of annotations; finish alone in its chunk; usage in a last one of its own. In the steady state a delta costs a
/// few appends and no allocation. Nothing is written before there is content or a finish, so that a failing attempt can
/// still be replaced.
class StreamEncoder final : public ResponseEncoder {
public:
    explicit StreamEncoder(EncoderContext context) : context_(std::move(context)) {}

    void on_event(const StreamEvent& event) override;
    void head(HttpResponseHead& head) const override;
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override;
    void recovered(const Recovered& by) override;

private:
    struct Write;
    struct Choice {
        bool started = false;              ///< the role chunk is out
        std::string block_text{};          ///< reasoning since the last block ended
        int blocks = 0;                    ///< sealed reasoning blocks so far
        std::string annotations{};         ///< the items of the one list, until the finish
        std::vector<bool> custom_calls{};  ///< by index
    };
    /// The place in `out_` where log probabilities can still be put into the chunk of the text that they belong to.
    struct LogprobsSlot {
        std::uint32_t choice = 0;
        std::size_t null_at = 0;
        std::size_t chunk_end = 0;  ///< 0: there is none
    };

    void start(const MessageStart& start);
    void text(std::uint32_t choice, std::string_view member, std::string_view text);
    void reasoning(const ReasoningDelta& delta);
    void reasoning_end(const ReasoningEnd& end);
    void tool_start(const ToolCallStart& start);
    void tool_args(const ToolArgsDelta& delta);
    void annotation(const AnnotationEvent& event);
    void logprobs(const LogprobsEvent& event);
    void audio(const AudioEvent& event);
    void finish(const FinishEvent& event);
    void usage(const Usage& usage);
    void end();
    void fault(const StreamFault& fault);

    Choice& choice_at(std::uint32_t index);
    /// The choice, with its role chunk written; `content` is what that chunk has as content.
    Choice& started(std::uint32_t index, std::string_view content = "\"\"");
    void build_envelope();
    void open_chunk(std::uint32_t choice);  ///< up to `"delta":{`
    void close_delta();                     ///< from the end of the delta on, without log probabilities and finish

    EncoderContext context_;
    std::string service_tier_;
    std::string fingerprint_;
    std::string envelope_;  ///< `data: {...,"choices":[`, the same for every chunk; empty until the first one
    std::string out_;
    std::vector<Choice> choices_;
    LogprobsSlot slot_;
    bool ended_ = false;
};

}  // namespace breakwater::openai_chat
