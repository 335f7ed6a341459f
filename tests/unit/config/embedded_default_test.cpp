#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_environment.hpp"

namespace breakwater::config {
namespace {

using test::TestWorld;

TEST(EmbeddedDefault, ServesTheSimulatorWithoutAnyKey) {
    const TestWorld world{.variables = {}};

    const Config config = embedded_default(world.environment());

    ASSERT_EQ(config.providers.size(), 1u);
    EXPECT_EQ(config.providers[0].dialect, "sim");
    EXPECT_NE(config.route("sim/chat"), nullptr);
    EXPECT_EQ(config.route("chat"), nullptr) << "the simulator takes no bare names";
    EXPECT_TRUE(config.path.empty());
    EXPECT_TRUE(config.keys_open);
}

TEST(EmbeddedDefault, ServesTheModelsOfVendorsWithAKey) {
    const TestWorld world{.variables = {{"OPENAI_API_KEY", "sk-proj-0123456789"}}};

    const Config config = embedded_default(world.environment());

    ASSERT_NE(config.provider("openai"), nullptr);
    EXPECT_EQ(config.provider("openai")->api_key.reveal(), "sk-proj-0123456789");
    EXPECT_EQ(config.provider("anthropic"), nullptr);
    ASSERT_NE(config.route("openai/gpt-x"), nullptr);
    ASSERT_NE(config.route("gpt-x"), nullptr);
    EXPECT_EQ(config.route("gpt-x")->deployments, config.route("openai/gpt-x")->deployments);
    EXPECT_EQ(config.deployments[config.route("gpt-x")->deployments.at(0)].facts.context, 400000);
    EXPECT_NE(config.route("shared"), nullptr) << "only one of the usable vendors has it";
    EXPECT_NE(config.route("embed-x"), nullptr);
}

TEST(EmbeddedDefault, HasNoBareNameForWhatTwoVendorsServe) {
    const TestWorld world;

    const Config config = embedded_default(world.environment());

    EXPECT_EQ(config.route("shared"), nullptr);
    EXPECT_NE(config.route("openai/shared"), nullptr);
    EXPECT_NE(config.route("anthropic/shared"), nullptr);
}

TEST(EmbeddedDefault, PassesOverPlaceholderKeys) {
    const TestWorld world{.variables = {{"OPENAI_API_KEY", "sk-1234"}, {"ANTHROPIC_API_KEY", ""}}};

    EXPECT_EQ(embedded_default(world.environment()).providers.size(), 1u);
}

TEST(EmbeddedDefault, ServesTheVendorsOfPresetsWithAKey) {
    const TestWorld world{.variables = {{"GROQ_API_KEY", "gsk_0123456789"}, {"MISTRAL_API_KEY", "changeme"}}};

    const Config config = embedded_default(world.environment());

    ASSERT_EQ(config.providers.size(), 2u);
    const Provider& groq = config.providers[1];
    EXPECT_EQ(groq.name, "groq");
    EXPECT_EQ(groq.preset, "groq");
    EXPECT_EQ(groq.dialect, "openai");
    EXPECT_EQ(groq.base_url, "https://api.groq.com/openai/v1");
    EXPECT_EQ(groq.api_key.reveal(), "gsk_0123456789");
    ASSERT_NE(config.route("llama-x"), nullptr);
    EXPECT_EQ(config.deployments[config.route("groq/llama-x")->deployments.at(0)].facts.context, 131072);
}

TEST(EmbeddedDefault, ServesTheModelsOfAnAwsRegion) {
    const TestWorld world{.variables = {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                                        {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG"},
                                        {"AWS_SESSION_TOKEN", "FwoGZXIvYXdzEBY="},
                                        {"AWS_DEFAULT_REGION", "eu-west-1"}}};

    const Config config = embedded_default(world.environment());

    const Provider* bedrock = config.provider("bedrock");
    ASSERT_NE(bedrock, nullptr);
    EXPECT_EQ(bedrock->aws.region, "eu-west-1");
    EXPECT_EQ(bedrock->aws.keys.access_key_id.reveal(), "AKIDEXAMPLE");
    EXPECT_EQ(bedrock->aws.keys.secret_access_key.reveal(), "wJalrXUtnFEMI/K7MDENG");
    EXPECT_EQ(bedrock->aws.keys.session_token.reveal(), "FwoGZXIvYXdzEBY=");
    EXPECT_TRUE(bedrock->api_key.empty());
    EXPECT_NE(config.route("bedrock/nova-x"), nullptr);
}

TEST(EmbeddedDefault, TakesAnApiKeyForAnAwsRegion) {
    const TestWorld world{.variables = {{"AWS_BEARER_TOKEN_BEDROCK", "ABSK0123456789"}, {"AWS_REGION", "us-east-1"}}};

    const Config config = embedded_default(world.environment());

    ASSERT_NE(config.provider("bedrock"), nullptr);
    EXPECT_EQ(config.provider("bedrock")->api_key.reveal(), "ABSK0123456789");
}

TEST(EmbeddedDefault, PassesOverAwsKeysThatCannotBeUsed) {
    const std::map<std::string, std::string> variables[] = {
        {{"AWS_BEARER_TOKEN_BEDROCK", "ABSK0123456789"}},
        {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"}, {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG"}},
        {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"}, {"AWS_REGION", "us-east-1"}},
        {{"AWS_BEARER_TOKEN_BEDROCK", "ABSK0123456789"}, {"AWS_REGION", "us-east-1.evil.example/"}},
    };
    for (const auto& some : variables) {
        const TestWorld world{.variables = some};
        EXPECT_EQ(embedded_default(world.environment()).provider("bedrock"), nullptr);
    }
}

TEST(EmbeddedDefault, HasNoProviderForAPresetWithoutAnAddress) {
    const TestWorld world{.variables = {{"AZURE_OPENAI_API_KEY", "0123456789abcdef"}}};

    EXPECT_EQ(embedded_default(world.environment()).providers.size(), 1u);
}

TEST(EmbeddedDefault, KnowsWhatOpenaisOwnServiceUnderstands) {
    const TestWorld world{.variables = {{"OPENAI_API_KEY", "sk-proj-0123456789"}}};

    EXPECT_TRUE(embedded_default(world.environment()).provider("openai")->quirks.official);
}

TEST(EmbeddedDefault, TakesAddressesFromTheEnvironment) {
    const TestWorld world{.variables = {{"BREAKWATER_LISTEN", ":8081"}, {"BREAKWATER_ADMIN", "off"}}};

    const Config config = embedded_default(world.environment());

    EXPECT_EQ(config.server.listen.host, "0.0.0.0");
    EXPECT_EQ(config.server.listen.port, 8081);
    EXPECT_FALSE(config.server.admin.has_value());
}

std::string fault_with(std::map<std::string, std::string> variables) {
    const TestWorld world{.variables = std::move(variables)};
    const Environment environment = world.environment();
    return embedded_default_fault(embedded_default(environment), environment).value_or("");
}

TEST(EmbeddedDefault, MayServeThisMachineWithoutKeys) {
    EXPECT_EQ(fault_with({}), "");
    EXPECT_EQ(fault_with({{"BREAKWATER_LISTEN", "[::1]:8080"}, {"BREAKWATER_KEYS", "none"}}), "");
}

TEST(EmbeddedDefault, ServesOtherMachinesOnlyWhenThatIsMeantSo) {
    EXPECT_THAT(fault_with({{"BREAKWATER_LISTEN", ":8080"}}), testing::HasSubstr("BREAKWATER_KEYS=open"));
    EXPECT_THAT(fault_with({{"BREAKWATER_LISTEN", "[::]:8080"}, {"BREAKWATER_KEYS", ""}}),
                testing::HasSubstr("BREAKWATER_KEYS=open"));
    EXPECT_EQ(fault_with({{"BREAKWATER_LISTEN", ":8080"}, {"BREAKWATER_KEYS", "open"}}), "");
}

TEST(EmbeddedDefault, DoesNotPassOverAddressesThatAreNone) {
    EXPECT_THAT(fault_with({{"BREAKWATER_LISTEN", "8080"}}), testing::HasSubstr("BREAKWATER_LISTEN is not an address"));
    EXPECT_THAT(fault_with({{"BREAKWATER_LISTEN", "off"}}), testing::HasSubstr("BREAKWATER_LISTEN is not an address"));
    EXPECT_THAT(fault_with({{"BREAKWATER_ADMIN", "nowhere"}}),
                testing::HasSubstr("BREAKWATER_ADMIN is not an address"));
    EXPECT_THAT(fault_with({{"BREAKWATER_LISTEN", "127.0.0.1:9090"}}), testing::HasSubstr("both take port 9090"));
}

// A key that was put there instead of into a file must not silently do nothing, nor be repeated in a message.
TEST(EmbeddedDefault, TakesNoClientKeysFromTheEnvironment) {
    const std::string fault = fault_with({{"BREAKWATER_KEYS", "bw-secret"}});

    EXPECT_THAT(fault, testing::HasSubstr("configuration file"));
    EXPECT_THAT(fault, testing::Not(testing::HasSubstr("bw-secret")));
}

}  // namespace
}  // namespace breakwater::config
