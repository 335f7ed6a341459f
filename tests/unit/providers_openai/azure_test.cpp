#include <gtest/gtest.h>

#include "encode_support.hpp"

namespace breakwater::test {
namespace {

Encoder azure_encoder(std::string base_url, std::string api_version = {}) {
    Encoder encoder(std::move(base_url));
    encoder.provider.preset = "azure";
    encoder.provider.api_version = std::move(api_version);
    return encoder;
}

std::string target(Encoder encoder, std::string model = "my-gpt") {
    encoder.deployment.model = std::move(model);
    const auto upstream = encoder.encode(hello());
    return upstream ? upstream->target : "(refused)";
}

constexpr const char* kResource = "https://res.openai.azure.com";

TEST(AzureTarget, IsVersionOneWithoutADatedVersion) {
    EXPECT_EQ(target(azure_encoder(kResource)), "/openai/v1/chat/completions");
    EXPECT_EQ(target(azure_encoder(kResource, "preview")), "/openai/v1/chat/completions?api-version=preview");
    EXPECT_EQ(target(azure_encoder("https://res.openai.azure.com/openai")), "/v1/chat/completions");
    EXPECT_EQ(target(azure_encoder("https://res.openai.azure.com/openai/v1")), "/chat/completions");
}

TEST(AzureTarget, NamesTheDeploymentWithADatedVersion) {
    EXPECT_EQ(target(azure_encoder(kResource, "2024-10-21")),
              "/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21");
    EXPECT_EQ(target(azure_encoder("https://res.openai.azure.com/openai", "2024-10-21")),
              "/deployments/my-gpt/chat/completions?api-version=2024-10-21");
    EXPECT_EQ(target(azure_encoder("https://res.openai.azure.com/openai/deployments/d1", "2024-10-21")),
              "/chat/completions?api-version=2024-10-21");
    EXPECT_EQ(target(azure_encoder("https://res.services.ai.azure.com/models", "2024-05-01-preview")),
              "/chat/completions?api-version=2024-05-01-preview");
}

TEST(AzureTarget, LetsNoNameOutOfItsSegment) {
    EXPECT_EQ(target(azure_encoder(kResource, "2024-10-21"), "../a b?c#d\r\nX: y"),
              "/openai/deployments/..%2Fa%20b%3Fc%23d%0D%0AX%3A%20y/chat/completions?api-version=2024-10-21");
    EXPECT_EQ(target(azure_encoder(kResource, "2024-10-21&x=y"), "m"),
              "/openai/deployments/m/chat/completions?api-version=2024-10-21%26x%3Dy");
}

TEST(AzureCredential, IsAnApiKey) {
    Encoder encoder = azure_encoder(kResource);
    const auto upstream = encoder.encode(hello());
    ASSERT_TRUE(upstream.has_value());
    EXPECT_EQ(upstream->headers.get("api-key"), "key-1");
    EXPECT_EQ(upstream->headers.count("authorization"), 0u);
}

TEST(AzureCredential, IsABearerTokenWhenTheFileSaysSo) {
    Encoder encoder = azure_encoder(kResource);
    encoder.quirks = config::find_preset("azure")->quirks;
    encoder.quirks->key_header = config::KeyHeader::bearer;
    const auto upstream = encoder.encode(hello());
    ASSERT_TRUE(upstream.has_value());
    EXPECT_EQ(upstream->headers.get("authorization"), "Bearer key-1");
    EXPECT_EQ(upstream->headers.count("api-key"), 0u);
}

TEST(AzureCredential, GivesWayToAConfiguredHeader) {
    Encoder encoder = azure_encoder(kResource);
    encoder.provider.headers = {{"Api-Key", "mine"}};
    const auto upstream = encoder.encode(hello());
    ASSERT_TRUE(upstream.has_value());
    EXPECT_EQ(upstream->headers.get("api-key"), "mine");
    EXPECT_EQ(upstream->headers.count("api-key"), 1u);
}

TEST(AzureRequest, NamesTheTokenLimitAsTheModelWantsIt) {
    ChatRequest request = hello();
    request.max_tokens = 5;
    Encoder encoder = azure_encoder(kResource);
    encoder.deployment.facts.vendor = "openai";
    EXPECT_EQ(encoder.body(request)["max_completion_tokens"], 5);
    encoder.deployment.facts.vendor = "mistral";
    EXPECT_EQ(encoder.body(request)["max_tokens"], 5);
}

TEST(AzureRequest, AsksForUsageInStreamsWhereTheVersionTakesIt) {
    ChatRequest request = hello();
    request.stream = true;
    const auto asks = [&](Encoder encoder) { return encoder.body(request).contains("stream_options"); };
    EXPECT_TRUE(asks(azure_encoder(kResource)));
    EXPECT_TRUE(asks(azure_encoder(kResource, "2024-10-21")));
    EXPECT_TRUE(asks(azure_encoder(kResource, "2024-09-01-preview")));
    EXPECT_FALSE(asks(azure_encoder(kResource, "2024-02-15-preview")));
    EXPECT_TRUE(asks(azure_encoder("https://res.services.ai.azure.com/models", "2024-05-01-preview")));
}

TEST(AzureRequest, IsToldByTheHostAlone) {
    for (const char* host : {"res.openai.azure.com", "res.services.ai.azure.com", "RES.OpenAI.azure.com"}) {
        Encoder encoder("https://" + std::string(host));
        EXPECT_EQ(target(encoder), "/openai/v1/chat/completions") << host;
    }
    EXPECT_EQ(target(Encoder("https://openai.azure.com.evil.example")), "/chat/completions");
    EXPECT_EQ(target(Encoder("https://.openai.azure.com")), "/chat/completions");
}

}  // namespace
}  // namespace breakwater::test
