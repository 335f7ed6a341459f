#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "breakwater/exchange/input_list.hpp"
#include "breakwater/exchange/json_operation.hpp"
#include "breakwater/ingress/embeddings.hpp"

namespace breakwater {

/// Embeddings, or a part of them: a run of the inputs whose items are written without what stands around them.
class EmbeddingOperation final : public JsonOperation<EmbeddingRequest>, public InputList {
public:
    explicit EmbeddingOperation(const EmbeddingDialect& dialect) noexcept
        : JsonOperation(ModelMode::embedding), dialect_(&dialect) {}

    /// For dialects whose paths name the model; before `decode`.
    void set_model(std::string model) { request_.model = std::move(model); }

    [[nodiscard]] std::size_t inputs() const noexcept override { return request_.inputs.size(); }
    [[nodiscard]] std::unique_ptr<Operation> take_part(std::size_t first, std::size_t count) override;
    [[nodiscard]] std::string join(std::string_view items, EncoderContext&& identity,
                                   const Usage* usage) const override;

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
