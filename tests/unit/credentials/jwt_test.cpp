#include "credentials/jwt.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace breakwater::jwt {
namespace {

constexpr std::string_view kHeader = R"({"alg":"RS256","typ":"JWT","kid":"abc123"})";
constexpr std::string_view kClaims =
    R"({"iss":"gw@demo.iam.gserviceaccount.com","scope":"https://www.googleapis.com/auth/cloud-platform",)"
    R"("aud":"https://oauth2.googleapis.com/token","iat":1767323045,"exp":1767326645})";

std::string fixture(const std::string& name) {
    std::ifstream file(BREAKWATER_FIXTURES "/credentials/" + name);
    std::ostringstream content;
    content << file.rdbuf();
    EXPECT_FALSE(content.str().empty()) << name;
    return content.str();
}

TEST(Jwt, EncodesEveryLengthWithoutPadding) {
    EXPECT_EQ(base64url(""), "");
    EXPECT_EQ(base64url("f"), "Zg");
    EXPECT_EQ(base64url("fo"), "Zm8");
    EXPECT_EQ(base64url("foo"), "Zm9v");
    EXPECT_EQ(base64url("\xFB\xFF\xFE"), "-__-");
}

TEST(Jwt, WritesTheKnownSigningInput) {
    EXPECT_EQ(signing_input(kHeader, kClaims),
              "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImFiYzEyMyJ9."
              "eyJpc3MiOiJnd0BkZW1vLmlhbS5nc2VydmljZWFjY291bnQuY29tIiwic2NvcGUiOiJodHRwczovL3d3dy5nb29nbGVhcGlzLmNvbS"
              "9hdXRoL2Nsb3VkLXBsYXRmb3JtIiwiYXVkIjoiaHR0cHM6Ly9vYXV0aDIuZ29vZ2xlYXBpcy5jb20vdG9rZW4iLCJpYXQiOjE3Njcz"
              "MjMwNDUsImV4cCI6MTc2NzMyNjY0NX0");
}

TEST(Jwt, SignsAsAnotherImplementationDoes) {
    const Result<Secret> token = sign_rs256(kHeader, kClaims, Secret(fixture("rs256.pem")));

    ASSERT_TRUE(token) << token.error().message;
    EXPECT_EQ(std::string(token->reveal()) + "\n", fixture("rs256.jwt"));
}

TEST(Jwt, RefusesWhatIsNoRsaKeyAndSaysNothingOfIt) {
    const std::string cut = fixture("rs256.pem").substr(0, 800);
    for (const std::string& pem : {std::string(), std::string("-----BEGIN PRIVATE KEY-----\ncanary\n"), cut,
                                   fixture("ec.pem"), fixture("encrypted.pem")}) {
        const Result<Secret> token = sign_rs256(kHeader, kClaims, Secret(pem));
        ASSERT_FALSE(token) << pem;
        EXPECT_EQ(token.error().kind, ErrorKind::upstream_auth);
        EXPECT_EQ(token.error().message, "The private key is not an RSA key that can be read.");
    }
}

}  // namespace
}  // namespace breakwater::jwt
