#pragma once

#include <optional>
#include <string>

#include "answer_items.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "event_writer.hpp"

namespace breakwater::openai_responses_client {

/// Events to a `response` object, or to the events of its stream, which end with that object: one path, so that both
/// say the same. Nothing is written before there is content or a finish, so that a failing attempt can still be
/// replaced. What a stream said is kept until its end, because its last event repeats it.
class Encoder final : public ResponseEncoder {
public:
    explicit Encoder(EncoderContext context);

    void on_event(const StreamEvent& event) override;
    void head(HttpResponseHead& head) const override;
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override;

private:
    struct Write;
    void start(const MessageStart& start);
    /// Before the first item, or the end.
    void begin();
    void end();
    void fault(const Error& error);
    void write_response(std::string_view status, const Error* error);
    void write_event(std::string_view name, std::string_view status, const Error* error = nullptr);

    EncoderContext context_;
    std::string echo_;  ///< of the request, the inside of an object
    std::string service_tier_;
    std::string out_;
    EventWriter events_;
    AnswerItems items_;
    std::optional<FinishReason> finish_;
    Boxed<Usage> usage_;
    bool began_ = false;
    bool ended_ = false;
};

}  // namespace breakwater::openai_responses_client
