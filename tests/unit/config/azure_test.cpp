#include "breakwater/config/azure.hpp"

#include <gtest/gtest.h>

#include "test_environment.hpp"

// What is of Azure alone: its address, the versions of its API, and applications of Microsoft Entra.

namespace breakwater::config {
namespace {

using test::load;

TEST(ApiVersion, IsForAzureAndItsDeployments) {
    const auto good = load(R"(
version: 1
providers:
  a: { preset: azure, base_url: "https://res.openai.azure.com", api_version: 2024-10-21, api_key: "${OPENAI_API_KEY}" }
  b: { preset: azure, base_url: "https://res.openai.azure.com/openai/v1", api_version: preview }
  c: { dialect: openai, base_url: "http://127.0.0.1:1", api_version: 2024-10-21, quirks: { urls: azure } }
)");
    ASSERT_TRUE(good.has_value()) << good.error();
    EXPECT_EQ(good->providers.at(0).api_version, "2024-10-21");
    EXPECT_EQ(good->providers.at(2).quirks.key_header, KeyHeader::bearer);

    const auto bad = load(R"(version: 1
providers:
  a: { preset: azure, base_url: "https://res.openai.azure.com/openai/v1", api_version: 2024-10-21 }
  b: { preset: groq, api_version: v1, api_key: "${OPENAI_API_KEY}" }
)");
    ASSERT_FALSE(bad.has_value());
    EXPECT_EQ(bad.error(),
              "3:88: `providers.a.api_version`: /openai/v1 takes no dated version; help: leave `api_version` out, or "
              "/openai/v1, for the path of such versions\n"
              "4:35: `providers.b.api_version` is for Azure only; help: remove the key, or add preset: azure\n");
}

TEST(Azure, IsAskedInTheResponsesApiToo) {
    const auto config = load(R"(
version: 1
providers:
  named: { preset: azure, dialect: openai.responses, base_url: "http://127.0.0.1:1", tenant_id: t, client_id: c, client_secret: "${OPENAI_API_KEY}" }
  told: { dialect: openai.responses, base_url: "https://res.openai.azure.com", api_version: 2025-03-01-preview, api_key: "${OPENAI_API_KEY}" }
  bearer: { dialect: openai.responses, base_url: "https://res.openai.azure.com/openai/v1", quirks: { key_header: bearer } }
  vendor: { dialect: openai.responses, api_key: "${OPENAI_API_KEY}" }
  groq: { dialect: openai.responses, base_url: "https://api.groq.com/openai/v1", api_key: "${OPENAI_API_KEY}" }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    for (const std::size_t place : {0u, 1u, 2u}) {
        const Provider& provider = config->providers.at(place);
        EXPECT_EQ(provider.preset, "azure") << provider.name;
        EXPECT_EQ(provider.catalog, "openai") << provider.name;
        EXPECT_EQ(provider.quirks.urls, UrlForm::azure) << provider.name;
        EXPECT_EQ(provider.quirks.key_header, place == 2 ? KeyHeader::bearer : KeyHeader::api_key) << provider.name;
    }
    EXPECT_EQ(config->providers.at(0).entra.client_id, "c");
    EXPECT_EQ(config->providers.at(3).quirks, Quirks{});
    EXPECT_EQ(config->providers.at(4).quirks, Quirks{}) << "a preset's quirks are of the dialect that it names";
}

TEST(Azure, IsAdvisedOnlyWhereItCanBeAsked) {
    const auto config = load(R"(version: 1
providers:
  a: { preset: azure, dialect: openai.responses, api_key: "${OPENAI_API_KEY}" }
  b: { dialect: openai.responses, base_url: "http://127.0.0.1:1", client_id: c, api_version: v1 }
  c: { preset: azure, dialect: cohere, base_url: "http://127.0.0.1:1", client_id: c, api_version: v1 }
  d: { preset: azure, base_url: "http://127.0.0.1:1", quirks: { urls: plain }, client_id: c }
)");

    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(
        config.error(),
        "3:3: `providers.a` needs a `base_url`: preset azure has no address of its own; help: add base_url: "
        "https://...\n"
        "4:78: `providers.b`: an application of Microsoft Entra is for Azure only; help: remove its keys, or add "
        "preset: "
        "azure\n"
        "4:94: `providers.b.api_version` is for Azure only; help: remove the key, or add preset: azure\n"
        "5:83: `providers.c`: an application of Microsoft Entra is for Azure only; help: remove its keys; Azure is "
        "asked "
        "in the dialects openai and openai.responses\n"
        "5:99: `providers.c.api_version` is for Azure only; help: remove the key; Azure is asked in the dialects "
        "openai "
        "and openai.responses\n"
        "6:91: `providers.d`: an application of Microsoft Entra is for Azure only; help: remove its keys, or leave "
        "`urls` out of the quirks\n");
}

TEST(Azure, KeepsFilesBelowItsVersionOne) {
    const auto good = load(R"(version: 1
providers:
  a: { dialect: openai.responses, base_url: "https://res.openai.azure.com/openai/v1", quirks: { key_header: api-key }, passthrough: files }
  b: { preset: azure, base_url: "https://res.openai.azure.com/openai/v1", passthrough: files }
  c: { preset: azure, base_url: "https://res.openai.azure.com", passthrough: all }
  d: { preset: azure, base_url: "http://127.0.0.1:1/v1", quirks: { urls: plain }, passthrough: files }
)");
    ASSERT_TRUE(good.has_value()) << good.error();
    EXPECT_TRUE(has_openai_paths(good->providers.at(0)));
    EXPECT_TRUE(has_openai_paths(good->providers.at(1)));
    EXPECT_FALSE(has_openai_paths(good->providers.at(2)));
    EXPECT_TRUE(has_openai_paths(good->providers.at(3)));

    const auto bad = load(R"(version: 1
providers:
  a: { dialect: openai.responses, base_url: "https://res.openai.azure.com", passthrough: files }
  b: { preset: azure, base_url: "https://res.openai.azure.com", api_version: 2024-10-21, passthrough: files }
  c: { preset: azure, passthrough: files }
)");
    ASSERT_FALSE(bad.has_value());
    EXPECT_EQ(bad.error(),
              "3:90: `providers.a.passthrough`: Azure's files are passed on below an address that ends in /openai/v1 "
              "only; help: let `base_url` be the resource's address with /openai/v1 behind it\n"
              "4:103: `providers.b.passthrough`: Azure's files are passed on below an address that ends in /openai/v1 "
              "only; help: let `base_url` be the resource's address with /openai/v1 behind it, and leave `api_version` "
              "out\n"
              "5:3: `providers.c` needs a `base_url`: preset azure has no address of its own; help: add base_url: "
              "https://...\n");
}

TEST(Azure, HasNoResponsesApiBelowADeployment) {
    const auto config = load(R"(version: 1
providers:
  a: { preset: azure, dialect: openai.responses, base_url: "https://res.openai.azure.com/openai/deployments/d" }
  b: { preset: azure, base_url: "https://res.openai.azure.com/openai/deployments/d" }
  c: { preset: azure, dialect: openai.responses, base_url: "http://127.0.0.1:1/openai/deployments/d", quirks: { urls: plain } }
)");

    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error(),
              "3:60: `providers.a.base_url`: Azure has no Responses API below a deployment; help: write the resource's "
              "address alone; the `model` of a deployment here is its name at Azure\n");
}

}  // namespace
}  // namespace breakwater::config
