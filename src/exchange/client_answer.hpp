#pragma once

#include "breakwater/exchange/exchange.hpp"

namespace breakwater {

/// The answer as far as it has gone to the client: knows whether the head is out, and therefore in which form an error
/// can still be said. All functions return false when the client is gone. One per request.
class ClientAnswer {
public:
    ClientAnswer(ClientStream& client, const ExchangeRequest& exchange, ExchangeReport& report, Runtime& runtime,
                 TimePoint started)
        : client_(client),
          exchange_(exchange),
          report_(report),
          runtime_(runtime),
          started_(started),
          last_write_(started) {}

    /// Bytes of a streamed answer; the first call sends the head with them.
    Task<bool> stream(const ResponseEncoder& encoder, std::string_view bytes);
    /// The last bytes of a streamed answer and the end of its framing.
    Task<bool> finish_stream(const ResponseEncoder& encoder, std::string_view bytes);
    /// A whole answer.
    Task<bool> whole(const ResponseEncoder& encoder, std::string_view body);
    /// The end of a stream that cannot go on, after the bytes that `encoder` still has: in its own words, for it knows
    /// what the client had. Where it has none, the end of the framing never comes, and the connection is closed.
    Task<bool> break_off(ResponseEncoder& encoder, Error&& error);
    /// An error: as an HTTP error while nothing is out, else in band as the last event of the stream.
    Task<bool> error(Error&& error);

    [[nodiscard]] bool head_sent() const noexcept { return head_sent_; }
    /// When the request was taken up.
    [[nodiscard]] TimePoint started() const noexcept { return started_; }
    /// When the client was last sent something, by whichever attempt; the start of the request while nothing was.
    [[nodiscard]] TimePoint last_write() const noexcept { return last_write_; }

private:
    HttpResponseHead make_head(const ResponseEncoder& encoder);
    Duration since_start();
    void note_bytes(std::string_view bytes);
    Task<bool> error_in_band(Error&& error);

    ClientStream& client_;
    const ExchangeRequest& exchange_;
    ExchangeReport& report_;
    Runtime& runtime_;
    TimePoint started_;
    TimePoint last_write_;
    bool head_sent_ = false;
};

/// What an answer of `model` to this request says of itself.
EncoderContext client_identity(const ExchangeRequest& exchange, std::string model, WallTime now);

/// The encoder for this request's client, as answered by `model`. Before the commit point.
std::unique_ptr<ResponseEncoder> make_client_encoder(const ExchangeRequest& exchange, std::string model, WallTime now);

}  // namespace breakwater
