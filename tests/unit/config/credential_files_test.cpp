#include "breakwater/config/credential_files.hpp"

#include <gtest/gtest.h>

namespace breakwater::config {
namespace {

constexpr std::string_view kProfiles = R"(# shared
[default]
aws_access_key_id = AKIDDEFAULT
aws_secret_access_key = default/secret=1
region = us-east-1

; another one
[profile work]
  aws_access_key_id = indented-and-so-not-a-setting
AWS_ACCESS_KEY_ID=AKIDWORK1
aws_secret_access_key=work+secret
aws_session_token = a-token==
s3 =
  aws_access_key_id = nested
[half]
aws_access_key_id = AKIDHALF1
)";

TEST(CredentialFiles, ReadTheProfileThatIsAskedFor) {
    const auto keys = parse_aws_credentials(kProfiles, "work");
    ASSERT_TRUE(keys) << keys.error();
    EXPECT_EQ(keys->access_key_id.reveal(), "AKIDWORK1");
    EXPECT_EQ(keys->secret_access_key.reveal(), "work+secret");
    EXPECT_EQ(keys->session_token.reveal(), "a-token==");
    const auto standard = parse_aws_credentials(kProfiles, "default");
    ASSERT_TRUE(standard);
    EXPECT_EQ(standard->secret_access_key.reveal(), "default/secret=1");
    EXPECT_TRUE(standard->session_token.empty());
}

TEST(CredentialFiles, ReadLinesThatEndAsOnWindows) {
    const auto keys =
        parse_aws_credentials("[a]\r\naws_access_key_id=AKIDEXAMPLE\r\naws_secret_access_key=abcdefgh1\r\n", "a");
    ASSERT_TRUE(keys) << keys.error();
    EXPECT_EQ(keys->access_key_id.reveal(), "AKIDEXAMPLE");
}

TEST(CredentialFiles, SayWhatAProfileLacks) {
    EXPECT_EQ(parse_aws_credentials(kProfiles, "other").error(), "there is no profile other");
    EXPECT_EQ(parse_aws_credentials(kProfiles, "half").error(), "the profile half has no aws_secret_access_key");
    EXPECT_EQ(parse_aws_credentials("", "default").error(), "there is no profile default");
    EXPECT_EQ(parse_aws_credentials("[default\naws_access_key_id=x", "default").error(), "there is no profile default");
    const auto odd = parse_aws_credentials("[a]\naws_access_key_id=two words1\naws_secret_access_key=b2345678\n", "a");
    ASSERT_FALSE(odd);
    EXPECT_EQ(odd.error().find("two words"), std::string::npos) << "a message quotes nothing of the file";
}

constexpr std::string_view kService = R"({"type":"service_account","project_id":"p","private_key_id":"k1",
"private_key":"-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n","client_email":"gw@p.iam.gserviceaccount.com",
"client_id":"1","token_uri":"https://oauth2.googleapis.com/token"})";

TEST(CredentialFiles, ReadAServiceAccount) {
    const auto account = parse_google_account(kService);
    ASSERT_TRUE(account) << account.error();
    EXPECT_EQ(account->kind, GoogleAccount::Kind::service_account);
    EXPECT_EQ(account->client, "gw@p.iam.gserviceaccount.com");
    EXPECT_EQ(account->key_id, "k1");
    EXPECT_EQ(account->project, "p");
    EXPECT_TRUE(account->private_key.reveal().starts_with("-----BEGIN PRIVATE KEY-----\nMII"));
    EXPECT_EQ(account->token_url, "https://oauth2.googleapis.com/token");
}

TEST(CredentialFiles, ReadAUsersLogIn) {
    const auto account = parse_google_account(
        R"({"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r","quota_project_id":"q"})");
    ASSERT_TRUE(account) << account.error();
    EXPECT_EQ(account->kind, GoogleAccount::Kind::authorized_user);
    EXPECT_EQ(account->refresh_token.reveal(), "r");
    EXPECT_EQ(account->project, "q");
}

TEST(CredentialFiles, SayWhatAnAccountLacks) {
    const std::string deep = R"({"type":"service_account","a":)" + std::string(100000, '[');
    for (
        const std::string& text :
        {std::string(), std::string("["), std::string("[]"), std::string("7"), deep, std::string(70000, ' '),
         std::string(R"({"type":"external_account","audience":"canary"})"), std::string(R"({"type":7})"),
         std::string(R"({"type":"service_account","client_email":"a"})"),
         std::string(R"({"type":"service_account","client_email":"a","private_key":"canary"})"),
         std::string(R"({"type":"authorized_user","client_id":"a","client_secret":"canary"})"),
         std::string(
             R"({"type":"authorized_user","client_id":"a","client_secret":"b","refresh_token":"c","token_uri":"ftp://canary"})")}) {
        const auto account = parse_google_account(text);
        ASSERT_FALSE(account) << text.substr(0, 100);
        EXPECT_EQ(account.error().find("canary"), std::string::npos);
    }
}

TEST(CredentialFiles, ReadAKey) {
    EXPECT_EQ(parse_key_file("sk-real-key-0001\r\n\n")->reveal(), "sk-real-key-0001");
    EXPECT_FALSE(parse_key_file(""));
    EXPECT_FALSE(parse_key_file("changeme"));
}

}  // namespace
}  // namespace breakwater::config
