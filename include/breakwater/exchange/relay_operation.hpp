#pragma once

#include "breakwater/canonical/relay_request.hpp"
#include "breakwater/exchange/operation.hpp"

namespace breakwater {

/// A request that goes to one provider as it came, a long one while it comes, and whose answer comes back the same way,
/// whatever its status.
class RelayOperation : public Operation {
public:
    /// `request` lacks its body, which `decode` takes. `provider`: the name of who gets it.
    RelayOperation(RelayRequest&& request, std::string provider)
        : Operation(ModelMode::chat, true), provider_(std::move(provider)), request_(std::move(request)) {}

    Result<void> decode(std::string& body, JsonReader& reader) override;
    /// Nobody reads what passes: a provider that does not get all of it knows by its framing.
    Result<void> decode_start(std::string& start, std::unique_ptr<BodyJudge>& judge) override;
    /// The provider's name: models are not the gateway's to know.
    [[nodiscard]] const std::string& model() const noexcept final { return provider_; }
    /// The answer passes as it comes, in whatever form.
    [[nodiscard]] bool stream() const noexcept override { return true; }
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const final;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const final;

protected:
    [[nodiscard]] virtual std::unique_ptr<ResponseDecoder> make_decoder(const EncodeContext& context) const;

    /// Adds to what a provider gets; before it is asked.
    void add_header(std::string name, std::string value) {
        request_.headers.emplace_back(std::move(name), std::move(value));
    }

    std::string provider_;

private:
    void hold(std::string& body);

    RelayRequest request_;
};

}  // namespace breakwater
