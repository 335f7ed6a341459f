#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "breakwater/base/wake.hpp"
#include "breakwater/exchange/streams.hpp"
#include "breakwater/wire/websocket_frames.hpp"

namespace breakwater {

/// A client whose WebSocket is open before it is known who serves it, because it is its first message that says for
/// which model it is. Reads that message; is then the client of an exchange as any other, which `switch_protocols`
/// hands the session at the commit point; and notices until then that the client leaves, by a Close frame too. What an
/// exchange answers with `respond` is the Close frame with which the session ends. One per session, single-threaded;
/// everything passed in outlives it. `end` has to be awaited before it is destroyed.
class AcceptedClient final : public ClientStream, private ClientTunnel {
public:
    AcceptedClient(ClientStream& client, Runtime& runtime, std::size_t message_bytes_max);
    ~AcceptedClient() override;
    AcceptedClient(const AcceptedClient&) = delete;
    AcceptedClient& operator=(const AcceptedClient&) = delete;

    /// Accepts the handshake with `head`, and reads up to the end of the first message, whichever kind of frames it
    /// comes in. Once, before all others. Errors: cancelled when the client left; request_timeout when the deadline
    /// came first; invalid_request with the code websocket_protocol_error; request_too_large; shutting_down.
    Task<Result<std::string>> open(HttpResponseHead head, Deadline deadline);
    /// Lets go of the client, and throws what its reader has thrown, if nothing before did. Says goodbye to one that
    /// has done so, where nobody else did.
    Task<void> end();

    // ClientStream
    /// Writes `body` alone, and waits for a moment until the client has read it.
    Task<bool> respond(HttpResponseHead head, std::string_view body) override;
    Task<bool> start_stream(HttpResponseHead head, std::string_view first) override;
    Task<bool> write(std::string_view bytes) override;
    Task<bool> finish_stream(std::string_view last) override;
    /// HTTP was left before: writes `first` alone.
    Task<ClientTunnel*> switch_protocols(HttpResponseHead head, std::string_view first) override;
    CancelSource& gone() noexcept override { return client_.gone(); }

private:
    // ClientTunnel: what came while the session was being opened, and then all that follows.
    Task<TunnelRead> read(Deadline deadline) override;
    Task<bool> write_raw(std::string_view bytes) override { return tunnel_->write_raw(bytes); }
    void cancel() noexcept override { tunnel_->cancel(); }
    void interrupt() noexcept override { tunnel_->interrupt(); }

    enum class Step : std::uint8_t { again, message, failed };
    Task<Step> read_first(Deadline deadline);
    Step take_first(const TunnelRead& read, Deadline deadline);
    Task<bool> answer_pings();
    void start_listening();
    Task<void> listen();
    void take_early(const TunnelRead& read);
    Task<void> stop_listening();
    Task<void> await_close();
    bool closes(std::string_view bytes);
    Step fail_with(ErrorKind kind, std::string message, const char* code = "");

    ClientStream& client_;
    Runtime& runtime_;
    WebSocketFrames frames_;
    ClientTunnel* tunnel_ = nullptr;
    std::string first_;
    std::string early_;   ///< what came behind the first message
    std::string handed_;  ///< whoever reads the session has it
    Boxed<Error> fault_;
    std::exception_ptr bug_;
    bool left_ = false;
    bool told_ = false;  ///< how it ends, or the session is in other hands
    bool listening_ = false;
    bool stopping_ = false;
    Wake ended_;
};

}  // namespace breakwater
