#include "exchange/redaction.hpp"

#include <gtest/gtest.h>

#include <array>

namespace breakwater {
namespace {

// Some providers quote all that a refused signature should have covered.
TEST(Redaction, CoversEverySecretOfTheAttempt) {
    const Credential credential{.secret = Secret("the-credential"),
                                .aws = {.access_key_id = Secret("the-key-id"),
                                        .secret_access_key = Secret("the-secret-key"),
                                        .session_token = Secret("the-session-token")}};
    const std::array<std::pair<std::string, std::string>, 1> headers{{{"X-Team", "the-team-key"}}};
    Error error(ErrorKind::upstream_auth,
                "Expected the-session-token, the-credential, the-secret-key, the-key-id and the-team-key.");
    error.upstream =
        UpstreamFacts{.status = 403, .type = "T", .code = "", .message = "the-session-token", .request_id = ""};

    redact(error, {nullptr, headers}, &credential);

    EXPECT_EQ(error.message, "Expected ***, ***, ***, *** and ***.");
    EXPECT_EQ(error.upstream->message, "***");
}

// A message is cut to what is shown, which may be in the middle of a long token.
TEST(Redaction, CoversTheBeginningOfASecretWhereTheTextWasCut) {
    const Credential credential{.secret = Secret(std::string(900, 'k') + "-end")};
    Error error(ErrorKind::upstream_auth, "The canonical string was " + std::string(200, 'k'));

    redact(error, {nullptr}, &credential);

    EXPECT_EQ(error.message, "The canonical string was ***");
}

TEST(Redaction, CoversHeadersOfAnAttemptWithoutACredential) {
    const std::array<std::pair<std::string, std::string>, 1> headers{{{"X-Team", "the-team-key"}}};
    Error error(ErrorKind::upstream_auth, "the-team-key");
    redact(error, {nullptr, headers}, nullptr);
    EXPECT_EQ(error.message, "***");
}

}  // namespace
}  // namespace breakwater
