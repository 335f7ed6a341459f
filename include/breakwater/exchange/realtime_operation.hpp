#pragma once

#include "breakwater/exchange/operation.hpp"

namespace breakwater {

/// A realtime session: a WebSocket to a provider, whose events go to and fro as they are.
class RealtimeOperation final : public Operation {
public:
    /// `accepted`: the head that accepts the client's handshake. A `request` of Google's dialect gets its model from
    /// the client's first message, which is its body.
    RealtimeOperation(RealtimeRequest&& request, HttpResponseHead&& accepted, const config::Realtime& limits)
        : Operation(ModelMode::realtime),
          request_(std::move(request)),
          accepted_(std::move(accepted)),
          limits_(limits) {}

    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] const std::string& model() const noexcept override { return request_.model; }
    [[nodiscard]] bool stream() const noexcept override { return true; }
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    /// Whether the provider has sessions in the client's dialect, asked before anybody waits for a place at the
    /// deployment or for a token. Errors: as Provider::realtime.
    [[nodiscard]] Result<void> check(const Provider& provider, const Deployment& deployment) const;
    /// Null: what the client gets is the provider's.
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;

    /// Sessions are planned, replaced and counted as any other request until a provider has said something; then the
    /// client's handshake is accepted, and the session relayed to its end.
    [[nodiscard]] Task<void> run(const ExchangeRequest& exchange, ClientStream& client, const ExchangeContext& context,
                                 ExchangeReport& report) override;

private:
    RealtimeRequest request_;
    HttpResponseHead accepted_;
    config::Realtime limits_;
};

}  // namespace breakwater
