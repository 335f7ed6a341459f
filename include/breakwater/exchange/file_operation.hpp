#pragma once

#include "breakwater/exchange/relay_operation.hpp"

namespace breakwater {

/// Something asked, in OpenAI's words, of the files or batches that one provider keeps.
class FileOperation final : public RelayOperation {
public:
    enum class Kind : std::uint8_t {
        object,   ///< the answer is one that names files or batches
        content,  ///< the answer is a file
        batch,    ///< the request makes a batch of a file, whose id names the provider
    };
    /// `request` lacks its body, which `decode` takes; `provider` is empty for a batch.
    FileOperation(RelayRequest&& request, std::string provider, Kind kind)
        : RelayOperation(std::move(request), std::move(provider)), kind_(kind) {}

    [[nodiscard]] std::optional<ClientDialect> keeps_in() const noexcept override { return ClientDialect::openai_chat; }
    /// Errors: of a batch, those of its JSON, and invalid_request for one that names no file.
    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] bool stream() const noexcept override { return kind_ == Kind::content; }

private:
    [[nodiscard]] std::unique_ptr<ResponseDecoder> make_decoder(const EncodeContext& context) const override;
    Result<void> read_batch(std::string& body, JsonReader& reader);

    Kind kind_;
};

}  // namespace breakwater
