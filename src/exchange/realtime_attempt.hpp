#pragma once

#include <memory>
#include <string>

#include "attempt_timers.hpp"
#include "breakwater/exchange/exchange.hpp"
#include "breakwater/wire/websocket_frames.hpp"

namespace breakwater {

/// One try to open a realtime session on a deployment, up to the provider's first event: until then the client knows
/// nothing of it, and another can take its place. Everything passed in outlives it.
class RealtimeAttempt {
public:
    enum class Start : std::uint8_t {
        open,     ///< the provider has said something
        failed,   ///< `take_error` says why
        refused,  ///< this deployment could not be asked at all; `take_error` says why
        stopped,  ///< the client left
    };

    RealtimeAttempt(const ExchangeRequest& exchange, const AttemptPlanner::Try& tried, const ExchangeContext& context,
                    std::size_t message_bytes_max, Duration since_start);

    Task<Start> reach_first_event(CancelSource& client_gone);

    [[nodiscard]] const AttemptPlanner::Try& tried() const noexcept { return tried_; }
    [[nodiscard]] Error take_error() { return std::move(*error_); }
    [[nodiscard]] OtherCredential other_credential() const noexcept { return other_credential_; }
    [[nodiscard]] UpstreamCall& call() noexcept { return *call_; }
    [[nodiscard]] WebSocketFrames& frames() noexcept { return frames_; }
    /// The bytes that the client gets first.
    [[nodiscard]] std::string& first_bytes() noexcept { return first_; }
    [[nodiscard]] DeploymentHealth* health() const noexcept { return health_; }
    /// What is written down of it, once it has ended.
    [[nodiscard]] AttemptRecord take_record(std::string_view outcome);

private:
    enum class Step : std::uint8_t { again, done, failed };

    Task<bool> take_credential(CancelSource& client_gone);
    Result<HttpRequest> prepare();
    Task<bool> shake_hands(CancelSource& client_gone);
    Task<void> say_opening();
    Task<void> read_refusal();
    Step take_refusal(BoxedResult<std::string_view>& bytes);
    bool take_head(Result<const HttpResponseHead*>& head, TimePoint sent);
    Step take_body(BoxedResult<std::string_view>& bytes);
    Step take_first(std::string_view bytes);
    void note_sent(Result<void>& sent);
    void fail(Error&& error);

    const ExchangeRequest& exchange_;
    const AttemptPlanner::Try tried_;
    const ExchangeContext& context_;
    DeploymentHealth* health_;  ///< may be null
    AttemptRecord record_;
    TimePoint started_;
    AttemptTimers timers_;
    OtherCredential other_credential_ = OtherCredential::none;
    bool refused_ = false;  ///< the handshake was, and the rest of the answer says why
    std::string key_;
    std::string opening_;  ///< the message with which the session begins, until it is sent; nearly always empty
    std::string first_;
    std::size_t first_bytes_max_;
    WebSocketFrames frames_;
    std::shared_ptr<const Credential> credential_;
    std::unique_ptr<UpstreamCall> call_;
    std::unique_ptr<ResponseDecoder> decoder_;
    Boxed<Error> error_;
};

}  // namespace breakwater
