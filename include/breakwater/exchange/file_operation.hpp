#pragma once

#include "breakwater/canonical/relay_request.hpp"
#include "breakwater/exchange/operation.hpp"

namespace breakwater {

/// Something asked of the files or batches that one provider keeps.
class FileOperation final : public Operation {
public:
    enum class Kind : std::uint8_t {
        object,   ///< the answer is one that names files or batches
        content,  ///< the answer is a file
        batch,    ///< the request makes a batch of a file, whose id names the provider
    };
    /// `request` lacks its body, which `decode` takes; `provider` is empty for a batch.
    FileOperation(RelayRequest&& request, std::string provider, Kind kind)
        : Operation(ModelMode::chat, true), request_(std::move(request)), provider_(std::move(provider)), kind_(kind) {}

    [[nodiscard]] bool about_files() const noexcept override { return true; }
    /// Errors: of a batch, those of its JSON, and invalid_request for one that names no file.
    Result<void> decode(std::string& body, JsonReader& reader) override;
    /// The provider's name.
    [[nodiscard]] const std::string& model() const noexcept override { return provider_; }
    [[nodiscard]] bool stream() const noexcept override { return kind_ == Kind::content; }
    [[nodiscard]] bool may_wish() const noexcept override { return false; }
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return {}; }
    Result<void> take_wish(JsonReader& reader, RouteWish& wish) override;
    [[nodiscard]] RequestNeeds needs() const override;
    [[nodiscard]] std::uint64_t conversation(std::string_view session) const override;
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;

private:
    Result<void> read_batch(std::string& body, JsonReader& reader);

    RelayRequest request_;
    std::string provider_;
    Kind kind_;
};

}  // namespace breakwater
