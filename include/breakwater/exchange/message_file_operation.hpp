#pragma once

#include "breakwater/exchange/relay_operation.hpp"

namespace breakwater {

/// Something asked, in Anthropic's words, of the files or message batches that one provider keeps
/// (https://docs.anthropic.com/en/api/files-create, /creating-message-batches).
class MessageFileOperation final : public RelayOperation {
public:
    enum class Kind : std::uint8_t {
        object,   ///< the answer is one that names files or batches
        content,  ///< the answer is a file, or the results of a batch
        batch,    ///< the request makes a batch, whose requests may name files
    };
    /// Who gets it.
    struct Owner {
        std::string provider{};  ///< of a batch, empty while nothing but its files can say it
        bool named = false;      ///< the client named it, so that the files of a batch have to be there
    };
    /// `request` lacks its body, which `decode` takes.
    MessageFileOperation(RelayRequest&& request, Owner&& owner, Kind kind)
        : RelayOperation(std::move(request), std::move(owner.provider)), named_(owner.named), kind_(kind) {}

    [[nodiscard]] std::optional<ClientDialect> keeps_in() const noexcept override {
        return ClientDialect::anthropic_messages;
    }
    /// Errors: of a batch, those of its JSON, and invalid_request for one without requests or with files of another
    /// provider than it goes to.
    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] bool stream() const noexcept override { return kind_ == Kind::content; }

private:
    [[nodiscard]] std::unique_ptr<ResponseDecoder> make_decoder(const EncodeContext& context) const override;
    Result<void> read_batch(std::string& body, JsonReader& reader);

    bool named_;
    Kind kind_;
};

}  // namespace breakwater
