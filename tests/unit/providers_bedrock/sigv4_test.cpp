#include "providers/bedrock/sigv4.hpp"

#include "support.hpp"

namespace breakwater::testing_bedrock {
namespace {

using bedrock::SigningRequest;

constexpr std::string_view kBody =
    R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}],"inferenceConfig":{"maxTokens":64}})";

config::AwsKeys keys() {
    return Rig().settings.aws.keys;
}

SigningRequest converse() {
    return {.method = "POST",
            .host = "bedrock-runtime.us-east-1.amazonaws.com",
            .path = "/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse",
            .content_type = "application/json",
            .body = kBody,
            .time = Rig().now};
}

std::string signed_as(const SigningRequest& request, const config::AwsKeys& keys,
                      std::string_view service = "bedrock") {
    Headers headers;
    bedrock::sign(headers, request, keys, {.region = "us-east-1", .service = service});
    return std::string(headers.get("authorization"));
}

// The public suite's "get-vanilla".
TEST(SigV4, SignsAsTheVendorsSuiteSays) {
    const SigningRequest request{.method = "GET",
                                 .host = "example.amazonaws.com",
                                 .path = "/",
                                 .time = std::chrono::sys_days(std::chrono::year(2015) / 8 / 30) +
                                         std::chrono::hours(12) + std::chrono::minutes(36)};
    std::string names;
    EXPECT_EQ(bedrock::sigv4::sha256_hex(bedrock::sigv4::canonical_request(request, "", names)),
              "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63");
    EXPECT_EQ(signed_as(request, keys(), "service"),
              "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
              "SignedHeaders=host;x-amz-date, "
              "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(SigV4, SignsARequestToBedrock) {
    std::string names;
    EXPECT_EQ(bedrock::sigv4::sha256_hex(kBody), "9fe85f2d1d832f88fa910da82e4380943a72b2d8f884106428ba8c4588a20b85");
    EXPECT_EQ(
        bedrock::sigv4::canonical_request(converse(), "", names),
        "POST\n/model/anthropic.claude-3-5-sonnet-20240620-v1%253A0/converse\n\ncontent-type:application/json\n"
        "host:bedrock-runtime.us-east-1.amazonaws.com\nx-amz-date:20260102T030405Z\n\ncontent-type;host;x-amz-date\n"
        "9fe85f2d1d832f88fa910da82e4380943a72b2d8f884106428ba8c4588a20b85");
    EXPECT_EQ(signed_as(converse(), keys()),
              "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/bedrock/aws4_request, "
              "SignedHeaders=content-type;host;x-amz-date, "
              "Signature=f5eb83e9a660e6ed596b5d97d1f83b804ca6b0e47b55354feb45842fa7df74ba");
}

TEST(SigV4, SignsTheTokenOfTemporaryKeys) {
    config::AwsKeys temporary = keys();
    temporary.session_token = Secret("EXAMPLETOKEN//////////");
    Headers headers;

    bedrock::sign(headers, converse(), temporary, {.region = "us-east-1", .service = "bedrock"});

    std::string names;
    EXPECT_EQ(bedrock::sigv4::sha256_hex(
                  bedrock::sigv4::canonical_request(converse(), temporary.session_token.reveal(), names)),
              "a000ff39fce693a5527e259600ad6c3c361031d568b57a2a239c292cf1e04f2f");
    EXPECT_EQ(headers.get("x-amz-security-token"), "EXAMPLETOKEN//////////");
    EXPECT_EQ(headers.get("x-amz-date"), "20260102T030405Z");
    EXPECT_TRUE(headers.get("authorization")
                    .ends_with("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, "
                               "Signature=a21ba722e2e014b87f81638dbbde4c067faa395ab2472655e3945bb40a07fec7"));
}

TEST(SigV4, BringsPathsIntoTheirCanonicalForm) {
    using bedrock::sigv4::canonical_path;
    EXPECT_EQ(canonical_path(""), "/");
    EXPECT_EQ(canonical_path("/"), "/");
    EXPECT_EQ(canonical_path("//"), "/");
    EXPECT_EQ(canonical_path("/example/.."), "/");
    EXPECT_EQ(canonical_path("/example1/example2/../.."), "/");
    EXPECT_EQ(canonical_path("/../.."), "/");
    EXPECT_EQ(canonical_path("/./example"), "/example");
    EXPECT_EQ(canonical_path("//example//"), "/example/");
    EXPECT_EQ(canonical_path("/a%3Ab/c d"), "/a%253Ab/c%20d");
    EXPECT_EQ(canonical_path("/-._~"), "/-._~");
}

TEST(SigV4, WritesTimesBeforeTheEpochAndAfterIt) {
    EXPECT_EQ(bedrock::sigv4::time_stamp(WallTime{}), "19700101T000000Z");
    EXPECT_EQ(bedrock::sigv4::time_stamp(WallTime{} - std::chrono::milliseconds(1)), "19691231T235959Z");
}

}  // namespace
}  // namespace breakwater::testing_bedrock
