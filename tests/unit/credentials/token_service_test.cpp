#include "breakwater/credentials/token_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "credentials/oauth.hpp"

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using Origin = CredentialOrigin;

// 2026-01-02 03:04:05
const WallTime kNow{std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + 3h + 4min + 5s};

std::string key_pem() {
    std::ifstream file(BREAKWATER_FIXTURES "/credentials/rs256.pem");
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

config::Provider service_account() {
    config::Provider provider{.name = "v", .dialect = "vertex"};
    provider.google.account = {.kind = config::GoogleAccount::Kind::service_account,
                               .client = "gw@demo.iam.gserviceaccount.com",
                               .key_id = "abc123",
                               .private_key = Secret(key_pem())};
    return provider;
}

config::Provider user() {
    config::Provider provider{.name = "v", .dialect = "vertex"};
    provider.google.account = {.kind = config::GoogleAccount::Kind::authorized_user,
                               .client = "id.apps",
                               .client_secret = Secret("the secret&"),
                               .refresh_token = Secret("1//refresh")};
    return provider;
}

config::Provider entra() {
    config::Provider provider{.name = "az", .dialect = "openai"};
    provider.entra = {.tenant_id = "a/b", .client_id = "app", .client_secret = Secret("s3cret~value")};
    return provider;
}

config::Provider role() {
    config::Provider provider{.name = "aws", .dialect = "bedrock"};
    provider.aws.region = "eu-west-1";
    provider.aws.role_arn = "arn:aws:iam::1:role/r";
    provider.aws.web_identity_token_file = "/token";
    return provider;
}

Result<FetchedCredential> answer(const config::Provider& provider, int status, std::string_view body,
                                 std::vector<Secret> proofs = {}) {
    return read_token_answer(provider, credential_origin(provider), status, body, proofs, kNow);
}

TEST(TokenService, TellsTheOriginFromTheSettings) {
    EXPECT_EQ(credential_origin({}), Origin::fixed);
    EXPECT_EQ(credential_origin({.api_key = Secret("k")}), Origin::fixed);
    EXPECT_EQ(credential_origin({.api_key = Secret("k"), .api_key_file = "/k"}), Origin::api_key_file);
    EXPECT_EQ(credential_origin({.api_keys = {{.key = Secret("k")}}}), Origin::pool);
    EXPECT_EQ(credential_origin(service_account()), Origin::google_service);
    EXPECT_EQ(credential_origin(user()), Origin::google_user);
    EXPECT_EQ(credential_origin(entra()), Origin::entra);
    EXPECT_EQ(credential_origin(role()), Origin::aws_role);
    config::Provider profile{.name = "aws"};
    profile.aws.credentials_file = "/c";
    EXPECT_EQ(credential_origin(profile), Origin::aws_profile);
    EXPECT_EQ(credential_file(profile, Origin::aws_profile), "/c");
    EXPECT_EQ(credential_file(role(), Origin::aws_role), "/token");
    EXPECT_EQ(credential_file(entra(), Origin::entra), "");
    config::Provider filed = entra();
    filed.entra.secret_file = "/s";
    filed.google.account_file = "/g";
    EXPECT_EQ(credential_file(filed, Origin::entra), "/s");
    EXPECT_EQ(credential_file(filed, Origin::google_service), "/g");
    EXPECT_EQ(credential_file(filed, Origin::google_user), "/g");
}

TEST(TokenService, TellsWhetherACredentialIsStillTheSame) {
    for (const config::Provider& provider : {service_account(), user(), entra(), role()}) {
        config::Provider other = provider;
        other.headers = {{"X-Team", "a"}};
        EXPECT_TRUE(same_credential_settings(provider, other));
    }
    config::Provider one{.name = "p", .api_keys = {{.key = Secret("first")}, {.key = Secret("second")}}};
    config::Provider other = one;
    EXPECT_TRUE(same_credential_settings(one, other));
    other.api_keys[1].weight = 2;
    EXPECT_FALSE(same_credential_settings(one, other));
    EXPECT_FALSE(same_credential_settings(entra(), role()));
    config::Provider changed = service_account();
    changed.google.account.private_key = Secret("another");
    EXPECT_FALSE(same_credential_settings(service_account(), changed));
}

TEST(TokenService, StatesTheClaimsOfAServiceAccount) {
    EXPECT_EQ(oauth::service_account_claims(service_account().google.account, "https://a/token", kNow),
              R"({"iss":"gw@demo.iam.gserviceaccount.com","scope":"https://www.googleapis.com/auth/cloud-platform",)"
              R"("aud":"https://a/token","iat":1767323035,"exp":1767326635})");
}

TEST(TokenService, AsksGoogleForAServiceAccount) {
    const auto call = token_call(service_account(), Origin::google_service, "", kNow);

    ASSERT_TRUE(call) << call.error().message;
    EXPECT_EQ(call->base_url, "https://oauth2.googleapis.com");
    EXPECT_EQ(call->http.method + " " + call->http.target, "POST /token");
    EXPECT_EQ(call->http.headers.get("content-type"), "application/x-www-form-urlencoded");
    const std::string start = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJ";
    EXPECT_TRUE(call->http.body.starts_with(start)) << call->http.body;
    ASSERT_EQ(call->proofs.size(), 1u);
    EXPECT_TRUE(call->http.body.ends_with(call->proofs[0].reveal()));
}

TEST(TokenService, AsksGoogleForAUser) {
    const auto call = token_call(user(), Origin::google_user, "", kNow);

    ASSERT_TRUE(call);
    EXPECT_EQ(call->http.body,
              "grant_type=refresh_token&client_id=id.apps&client_secret=the%20secret%26&refresh_token=1%2F%2Frefresh");
    ASSERT_EQ(call->proofs.size(), 2u);
    EXPECT_EQ(call->proofs[0].reveal(), "the secret&");
}

TEST(TokenService, AsksEntraForTheTenant) {
    config::Provider provider = entra();
    const auto call = token_call(provider, Origin::entra, "", kNow);

    ASSERT_TRUE(call);
    EXPECT_EQ(call->base_url, "https://login.microsoftonline.com");
    EXPECT_EQ(call->http.target, "/a%2Fb/oauth2/v2.0/token");
    EXPECT_EQ(call->http.body,
              "grant_type=client_credentials&client_id=app&client_secret=s3cret~value&scope="
              "https%3A%2F%2Fcognitiveservices.azure.com%2F.default");
    provider.entra.scope = "https://cognitiveservices.azure.us/.default";
    provider.token_url = "https://login.microsoftonline.us/t/oauth2/v2.0/token";
    const auto other = token_call(provider, Origin::entra, "", kNow);
    EXPECT_EQ(other->base_url + other->http.target, provider.token_url);
    EXPECT_TRUE(other->http.body.ends_with("azure.us%2F.default"));
}

TEST(TokenService, AsksWithWhatTheFileHasByNow) {
    const auto asked = [](const config::Provider& provider, Origin origin, std::string_view content) {
        const auto call = token_call(provider, origin, content, kNow);
        return call ? call->http.body : call.error().message;
    };
    using testing::HasSubstr;
    EXPECT_THAT(asked(entra(), Origin::entra, "the-next-secret\n"), HasSubstr("client_secret=the-next-secret&"));
    EXPECT_THAT(asked(entra(), Origin::entra, ""), HasSubstr("client_secret=s3cret~value&")) << "half written";
    const std::string log_in =
        R"({"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"next"})";
    EXPECT_THAT(asked(user(), Origin::google_user, log_in), HasSubstr("refresh_token=next"));
    EXPECT_THAT(asked(user(), Origin::google_user, R"({"type":"authorized_user","cl)"), HasSubstr("1%2F%2Frefresh"));
    EXPECT_THAT(asked(service_account(), Origin::google_service, log_in), HasSubstr("grant_type=refresh_token"))
        << "an account of another kind";
}

TEST(TokenService, AsksAwsWithTheTokenOfTheFile) {
    const auto call = token_call(role(), Origin::aws_role, "ey.J/w\n", kNow);

    ASSERT_TRUE(call);
    EXPECT_EQ(call->base_url + call->http.target, "https://sts.eu-west-1.amazonaws.com/");
    EXPECT_EQ(call->http.body,
              "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=breakwater&RoleArn="
              "arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&WebIdentityToken=ey.J%2Fw");
    const auto empty = token_call(role(), Origin::aws_role, " \n", kNow);
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().kind, ErrorKind::upstream_auth);
    EXPECT_FALSE(token_call(role(), Origin::aws_role, std::string(20000, 'x'), kNow));
}

TEST(TokenService, ReadsATokenOfAnySpelling) {
    const auto token = answer(entra(), 200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"ya29.x"})");
    ASSERT_TRUE(token);
    EXPECT_EQ(token->credential.secret.reveal(), "ya29.x");
    EXPECT_TRUE(token->credential.access_token);
    EXPECT_EQ(token->life, 3599s);
    EXPECT_EQ(answer(entra(), 200, R"({"expires_in":"60","access_token":"ya29.x"})")->life, 60s);
    EXPECT_EQ(answer(entra(), 200, R"({"access_token":"ya29.x"})")->life, 300s);
}

TEST(TokenService, TakesNoTokenThatCannotBeSentOrHasEnded) {
    for (const char* body : {"", "{", "[]", "{}", "<html>", R"({"access_token":""})", R"({"access_token":7})",
                             R"({"access_token":"a b"})", R"({"access_token":"a\r\nX-Evil: 1"})",
                             R"({"access_token":"a","expires_in":0})", R"({"access_token":"a","expires_in":-1})"}) {
        const auto token = answer(entra(), 200, body);
        ASSERT_FALSE(token) << body;
        EXPECT_EQ(token.error().kind, ErrorKind::upstream_auth);
        EXPECT_EQ(token.error().message.find("a b"), std::string::npos);
    }
}

TEST(TokenService, SaysWhatTheServiceSaidWithoutTheProofs) {
    const auto refused = answer(service_account(), 400,
                                R"({"error":"invalid_grant","error_description":"Invalid JWT <b>the-assertion</b>"})",
                                {Secret("the-assertion")});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "There is no credential for provider v: the token service refused to give one: invalid_grant: Invalid "
              "JWT ***.");
    EXPECT_FALSE(refused.error().should_retry);
    const auto busy = answer(service_account(), 503, "<html>busy</html>");
    EXPECT_TRUE(busy.error().should_retry.value_or(false));
    EXPECT_NE(busy.error().message.find("it answered with status 503"), std::string::npos);
}

constexpr std::string_view kRoleAnswer =
    R"(<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <Credentials>
      <SessionToken>AQoDYXdz/+==</SessionToken>
      <SecretAccessKey>wJalrXUtnFEMI/K7MDENG</SecretAccessKey>
      <Expiration>2026-01-02T04:04:05Z</Expiration>
      <AccessKeyId>ASgeIAIOSFODNN7EXAMPLE</AccessKeyId>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>)";

TEST(TokenService, ReadsTheKeysOfARole) {
    const auto keys = answer(role(), 200, kRoleAnswer);
    ASSERT_TRUE(keys) << keys.error().message;
    EXPECT_EQ(keys->credential.aws.access_key_id.reveal(), "ASgeIAIOSFODNN7EXAMPLE");
    EXPECT_EQ(keys->credential.aws.secret_access_key.reveal(), "wJalrXUtnFEMI/K7MDENG");
    EXPECT_EQ(keys->credential.aws.session_token.reveal(), "AQoDYXdz/+==");
    EXPECT_EQ(keys->life, 1h);
}

// Whatever is cut or put into it, it is read as keys or refused, and never crashes.
TEST(TokenService, RefusesKeysThatAreNotWhole) {
    for (std::size_t cut = 0; cut + 120 < kRoleAnswer.size(); ++cut)
        EXPECT_FALSE(answer(role(), 200, kRoleAnswer.substr(0, cut)));
    std::string broken(kRoleAnswer);
    broken.replace(broken.find("wJalr"), 5, "a b&<");
    EXPECT_FALSE(answer(role(), 200, broken));
    std::string late(kRoleAnswer);
    late.replace(late.find("T04:04"), 6, "T03:04");
    const auto ended = answer(role(), 200, late);
    ASSERT_FALSE(ended);
    EXPECT_NE(ended.error().message.find("expired"), std::string::npos);
}

TEST(TokenService, SaysWhatAwsSaid) {
    const auto refused = answer(role(), 403,
                                "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not "
                                "authorized with ey.canary</Message></Error></ErrorResponse>",
                                {Secret("ey.canary")});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("AccessDenied: Not authorized with ***"), std::string::npos);
}

TEST(TokenService, ReadsCredentialsThatStandInFiles) {
    config::Provider provider{.name = "p", .api_key_file = "/k"};
    const auto key = read_credential_file(provider, Origin::api_key_file, "sk-real-key-0001\n");
    ASSERT_TRUE(key);
    EXPECT_EQ(key->credential.secret.reveal(), "sk-real-key-0001");
    EXPECT_FALSE(key->credential.access_token);
    EXPECT_FALSE(read_credential_file(provider, Origin::api_key_file, "two words"));
    provider.aws.profile = "b";
    const auto keys = read_credential_file(provider, Origin::aws_profile,
                                           "[b]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key=abcdefgh12\n");
    ASSERT_TRUE(keys) << keys.error().message;
    EXPECT_EQ(keys->credential.aws.secret_access_key.reveal(), "abcdefgh12");
}

}  // namespace
}  // namespace breakwater
