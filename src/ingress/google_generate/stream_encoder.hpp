#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/canonical/logprobs.hpp"
#include "breakwater/ingress/ingress.hpp"

namespace breakwater::google_generate {

/// What stands between the responses of a stream.
enum class Framing : std::uint8_t {
    events,  ///< `data: {...}` and a blank line
    array,   ///< one JSON array, element by element
};

/// Events to a row of GenerateContentResponse objects, each with what was added. Text and thoughts go out as they come;
/// calls, which the dialect has whole only, and why each choice ended stand in the last response together with the
/// usage. Its clients take every response without a part for a broken one, so it has one.
class StreamEncoder final : public ResponseEncoder {
public:
    StreamEncoder(EncoderContext context, Framing framing);

    void on_event(const StreamEvent& event) override;
    void head(HttpResponseHead& head) const override;
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override {}  // SDKs take a comment for a part of an answer.

private:
    struct Write;
    struct Choice {
        std::vector<ToolCallPart> calls{};
        std::string refusal{};
        std::vector<JsonText> annotations{};
        LogprobsMerge logprobs{};
        std::optional<FinishReason> finish{};
        std::string native{};
        bool thinking = false;  ///< a thought has come that no seal has closed
        bool told = false;      ///< a part is out
    };

    void text(const TextDelta& delta);
    void reasoning(const ReasoningDelta& delta);
    void reasoning_end(const ReasoningEnd& end);
    void tool_start(const ToolCallStart& start);
    void tool_args(const ToolArgsDelta& delta);
    void end();
    void fault(const StreamFault& fault);

    Choice& choice_at(std::uint32_t index);
    void open_response();   ///< up to the object
    void close_response();  ///< behind it
    void open_part(std::uint32_t choice);
    void close_part(std::uint32_t choice);
    void write_candidate(std::uint32_t index, const Choice& choice);

    EncoderContext context_;
    Framing framing_;
    bool thoughts_;     ///< the client wants to read them
    std::string tail_;  ///< the end of a response with one part, behind the choice's index; empty until the first one
    std::string out_;
    std::vector<Choice> choices_;
    Usage usage_{};
    bool began_ = false;
    bool ended_ = false;
};

}  // namespace breakwater::google_generate
