#pragma once

#include "breakwater/exchange/input_list.hpp"
#include "breakwater/exchange/json_operation.hpp"

namespace breakwater {

/// Verdicts on texts and pictures, or on a part of them.
class ModerationOperation final : public JsonOperation<ModerationRequest>, public InputList {
public:
    ModerationOperation() noexcept : JsonOperation(ModelMode::moderation) {}

    [[nodiscard]] std::size_t inputs() const noexcept override { return request_.inputs(); }
    [[nodiscard]] std::unique_ptr<Operation> take_part(std::size_t first, std::size_t count) override;
    [[nodiscard]] std::string join(std::string_view items, EncoderContext&& identity,
                                   const Usage* usage) const override;

    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return "modr-"; }
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;
    /// As several exchanges, where one of the candidates takes fewer inputs in one call.
    [[nodiscard]] Task<void> run(const ExchangeRequest& exchange, ClientStream& client, const ExchangeContext& context,
                                 ExchangeReport& report) override;

private:
    bool part_ = false;
};

}  // namespace breakwater
