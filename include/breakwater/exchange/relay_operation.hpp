#pragma once

#include "breakwater/canonical/relay_request.hpp"
#include "breakwater/exchange/operation.hpp"

namespace breakwater {

/// A request that goes to one provider as it came, and whose answer comes back the same way, whatever its status.
class RelayOperation final : public Operation {
public:
    /// `request` lacks its body, which `decode` takes. `provider`: the name of who gets it.
    RelayOperation(RelayRequest&& request, std::string provider)
        : Operation(ModelMode::chat, true), request_(std::move(request)), provider_(std::move(provider)) {}

    Result<void> decode(std::string& body, JsonReader& reader) override;
    /// The provider's name: models are not the gateway's to know.
    [[nodiscard]] const std::string& model() const noexcept override { return provider_; }
    /// The answer passes as it comes, in whatever form.
    [[nodiscard]] bool stream() const noexcept override { return true; }
    [[nodiscard]] bool may_wish() const noexcept override { return false; }
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return {}; }
    Result<void> take_wish(JsonReader& reader, RouteWish& wish) override;
    [[nodiscard]] RequestNeeds needs() const override;
    [[nodiscard]] std::uint64_t conversation(std::string_view session) const override;
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;

private:
    RelayRequest request_;
    std::string provider_;
};

}  // namespace breakwater
