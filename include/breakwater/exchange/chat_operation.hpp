#pragma once

#include "breakwater/exchange/operation.hpp"

namespace breakwater {

/// A chat, whatever the dialect of the client.
class ChatOperation final : public Operation {
public:
    /// `counts_only`: of its tokens only the number is asked for, and it may lack what an answer needs.
    explicit ChatOperation(const Ingress& dialect, bool counts_only = false) noexcept
        : Operation(dialect.mode()), dialect_(dialect), counts_only_(counts_only) {}
    /// Of a request that is decoded already.
    ChatOperation(const Ingress& dialect, ChatRequest&& request)
        : Operation(dialect.mode()), dialect_(dialect), counts_only_(false), request_(std::move(request)) {}

    [[nodiscard]] ChatRequest& request() noexcept { return request_; }

    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] const std::string& model() const noexcept override { return request_.model; }
    [[nodiscard]] bool stream() const noexcept override { return request_.stream; }
    [[nodiscard]] ChatRequest* chat() noexcept override { return &request_; }
    [[nodiscard]] const ChatRequest* chat() const noexcept override { return &request_; }
    [[nodiscard]] std::string_view files_of() const noexcept override { return files_of_; }
    [[nodiscard]] bool may_wish() const noexcept override { return !request_.extensions.empty(); }
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return dialect_.id_prefix(); }
    Result<void> take_wish(JsonReader& reader, RouteWish& wish) override;
    [[nodiscard]] RequestNeeds needs() const override;
    [[nodiscard]] std::uint64_t conversation(std::string_view session) const override;
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;

private:
    Result<void> take_files(JsonReader& reader);
    Result<void> bend(BentRequest& bent, const Provider& provider, const EncodeContext& context) const;

    const Ingress& dialect_;
    bool counts_only_;
    std::string files_of_{};
    ChatRequest request_;
};

}  // namespace breakwater
