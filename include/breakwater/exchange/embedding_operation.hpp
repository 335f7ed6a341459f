#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "breakwater/exchange/operation.hpp"
#include "breakwater/ingress/embeddings.hpp"

namespace breakwater {

/// Embeddings, or a part of them: a run of the inputs whose items are written without what stands around them.
class EmbeddingOperation final : public Operation {
public:
    explicit EmbeddingOperation(const EmbeddingDialect& dialect) noexcept
        : Operation(ModelMode::embedding), dialect_(&dialect) {}

    [[nodiscard]] const EmbeddingRequest& request() const noexcept { return request_; }
    /// For dialects whose paths name the model; before `decode`.
    void set_model(std::string model) { request_.model = std::move(model); }
    [[nodiscard]] const EmbeddingDialect& dialect() const noexcept { return *dialect_; }
    /// The inputs from `first` on, at most `count` of them, which it takes out of the whole.
    [[nodiscard]] std::unique_ptr<EmbeddingOperation> take_part(std::size_t first, std::size_t count);

    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] const std::string& model() const noexcept override { return request_.model; }
    [[nodiscard]] bool stream() const noexcept override { return false; }
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return {}; }
    Result<void> take_wish(JsonReader& reader, RouteWish& wish) override;
    [[nodiscard]] RequestNeeds needs() const override;
    [[nodiscard]] std::uint64_t conversation(std::string_view session) const override;
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;
    /// As several exchanges, where one of the candidates takes fewer inputs in one call.
    [[nodiscard]] Task<void> run(const ExchangeRequest& exchange, ClientStream& client, const ExchangeContext& context,
                                 ExchangeReport& report) override;

private:
    const EmbeddingDialect* dialect_;
    EmbeddingRequest request_;
    bool part_ = false;
    std::uint32_t first_ = 0;  ///< of a part
};

}  // namespace breakwater
