#pragma once

#include <exception>
#include <string>

#include "breakwater/base/wake.hpp"
#include "breakwater/exchange/exchange.hpp"
#include "breakwater/wire/websocket_frames.hpp"

namespace breakwater {

/// Relays a session in both directions until it is over. Each side is read only when what it said before has been
/// taken by the other. A Close frame goes through like all others; a session that ends without one is closed in words:
/// 1001 when the gateway is stopped or the client has left, 1002 and 1009 for what the client did wrong, 1008 when it
/// has lasted or been silent for too long, 1011 when the provider is lost. One per session, single-threaded.
class RealtimeTunnel final : private Cancellable {
public:
    /// `from_upstream` has read what came before; everything outlives the tunnel.
    RealtimeTunnel(ClientTunnel& client, UpstreamCall& upstream, WebSocketFrames& from_upstream,
                   const config::Realtime& limits, const ExchangeContext& context, std::string_view provider,
                   ExchangeReport& report);

    /// `stop`: of the client's request; the gateway is stopped.
    Task<void> run(CancelSource& stop);
    /// Why it ended, when not by a Close frame of one of the two. The client's leaving is no error.
    [[nodiscard]] Boxed<Error> take_error() noexcept { return std::move(error_); }
    [[nodiscard]] bool client_left() const noexcept { return client_left_; }
    /// The provider is to blame for the end.
    [[nodiscard]] bool upstream_failed() const noexcept { return upstream_failed_; }

private:
    void cancel() noexcept override;
    void start(Task<void> part);
    Task<void> relay_client();
    Task<void> relay_upstream();
    void take_client(const TunnelRead& read, std::string& out);
    void take_client_bytes(std::string_view bytes, std::string& out);
    void take_upstream(BoxedResult<std::string_view>& bytes, std::string& out);
    void take_upstream_bytes(std::string_view bytes, std::string& out);
    void judge_upstream();
    Task<void> write_upstream(std::string_view bytes);
    Task<void> close_upstream(bool between_frames);
    Task<void> close_client();
    Task<void> await_end(CancelSource& other_side);
    void end(CloseCode code, Error&& error);
    void end_without_client();
    void end_without_upstream(Error&& error);
    bool end_if_expired();
    [[nodiscard]] Deadline deadline() const noexcept;

    ClientTunnel& client_;
    UpstreamCall& upstream_;
    WebSocketFrames from_client_;
    WebSocketFrames& from_upstream_;
    const config::Realtime& limits_;
    Runtime& runtime_;
    Rng& rng_;
    std::string provider_;
    ExchangeReport& report_;
    TimePoint started_;
    TimePoint last_progress_;
    Boxed<Error> error_;
    CloseCode code_{};    ///< for the client, once `ended_`
    bool ended_ = false;  ///< by the gateway
    bool client_left_ = false;
    bool upstream_failed_ = false;
    bool client_over_ = false;  ///< nothing more is read from it
    bool upstream_over_ = false;
    bool upstream_told_ = false;
    CancelSource client_done_;
    CancelSource upstream_done_;
    Wake wake_;
    std::exception_ptr bug_;
    int running_ = 0;
};

}  // namespace breakwater
