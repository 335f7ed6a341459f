#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "breakwater/exchange/json_operation.hpp"
#include "breakwater/ingress/embeddings.hpp"

namespace breakwater {

/// Embeddings, or a part of them: a run of the inputs whose items are written without what stands around them.
class EmbeddingOperation final : public JsonOperation<EmbeddingRequest> {
public:
    explicit EmbeddingOperation(const EmbeddingDialect& dialect) noexcept
        : JsonOperation(ModelMode::embedding), dialect_(&dialect) {}

    [[nodiscard]] const EmbeddingRequest& request() const noexcept { return request_; }
    /// For dialects whose paths name the model; before `decode`.
    void set_model(std::string model) { request_.model = std::move(model); }
    [[nodiscard]] const EmbeddingDialect& dialect() const noexcept { return *dialect_; }
    /// The inputs from `first` on, at most `count` of them, which it takes out of the whole.
    [[nodiscard]] std::unique_ptr<EmbeddingOperation> take_part(std::size_t first, std::size_t count);

    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] std::uint64_t conversation(std::string_view session) const override;
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;
    /// As several exchanges, where one of the candidates takes fewer inputs in one call.
    [[nodiscard]] Task<void> run(const ExchangeRequest& exchange, ClientStream& client, const ExchangeContext& context,
                                 ExchangeReport& report) override;

private:
    const EmbeddingDialect* dialect_;
    bool part_ = false;
    std::uint32_t first_ = 0;  ///< of a part
};

}  // namespace breakwater
