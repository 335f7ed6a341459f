#include "exchange/redaction.hpp"

#include <gtest/gtest.h>

#include <array>

namespace breakwater {
namespace {

class ProviderWithSecrets final : public Provider {
public:
    [[nodiscard]] Result<HttpRequest> encode(const ChatRequest&, const EncodeContext&) const override {
        return HttpRequest{};
    }
    [[nodiscard]] std::unique_ptr<ResponseDecoder> make_decoder(const ChatRequest&, const Deployment&) const override {
        return nullptr;
    }
    [[nodiscard]] std::span<const Secret> secrets() const noexcept override { return secrets_; }

private:
    std::array<Secret, 2> secrets_{Secret("the-session-token"), Secret()};
};

// Some providers quote all that a refused signature should have covered.
TEST(Redaction, CoversEverySecretOfTheProvider) {
    const ProviderWithSecrets provider;
    const Secret credential("the-credential");
    const std::array<std::pair<std::string, std::string>, 1> headers{{{"X-Team", "the-team-key"}}};
    Error error(ErrorKind::upstream_auth, "Expected the-session-token, the-credential and the-team-key.");
    error.upstream =
        UpstreamFacts{.status = 403, .type = "T", .code = "", .message = "the-session-token", .request_id = ""};

    redact(error, {&provider, &credential, headers});

    EXPECT_EQ(error.message, "Expected ***, *** and ***.");
    EXPECT_EQ(error.upstream->message, "***");
}

// A message is cut to what is shown, which may be in the middle of a long token.
TEST(Redaction, CoversTheBeginningOfASecretWhereTheTextWasCut) {
    const ProviderWithSecrets provider;
    const Secret credential(std::string(900, 'k') + "-end");
    const std::array<std::pair<std::string, std::string>, 0> headers{};
    Error error(ErrorKind::upstream_auth, "The canonical string was " + std::string(200, 'k'));

    redact(error, {&provider, &credential, headers});

    EXPECT_EQ(error.message, "The canonical string was ***");
}

}  // namespace
}  // namespace breakwater
