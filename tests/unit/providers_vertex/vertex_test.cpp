#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "provider_answers.hpp"
#include "providers/vertex/module.hpp"
#include "providers/vertex/place.hpp"

namespace breakwater::testing_vertex {
namespace {

using nlohmann::json;

/// A deployment of a model with a token, as the gateway makes it.
struct Rig {
    Deployment deployment{.name = "d", .provider = "v"};
    Secret credential{"ya29.token"};
    bool token = true;
    Adaptations adapted;
    config::Provider settings{.name = "v", .dialect = "vertex"};

    explicit Rig(std::string model) {
        deployment.model = std::move(model);
        deployment.capabilities = vertex_module().model_capabilities(deployment.model);
        deployment.capabilities.overlay(vertex_module().limits({.model = deployment.model}));
        settings.google = {.project = "p:1", .location = "us-east5"};
    }
    HttpRequest encode(const ChatRequest& request) {
        const auto http = vertex_module().make(settings)->encode(request, {.deployment = deployment,
                                                                           .credential = credential,
                                                                           .mode = config::AdaptMode::adapt,
                                                                           .adapted = adapted,
                                                                           .access_token = token});
        EXPECT_TRUE(http) << (http ? "" : http.error().message);
        return http.value_or(HttpRequest{});
    }
};

ChatRequest ask(bool stream = false) {
    return {.messages = {test::user("Hi")}, .max_tokens = 100, .stream = stream};
}

TEST(Vertex, KnowsTheHostsOfItsLocations) {
    EXPECT_EQ(vertex::location_address("global"), "https://aiplatform.googleapis.com");
    EXPECT_EQ(vertex::location_address(""), "https://aiplatform.googleapis.com");
    EXPECT_EQ(vertex::location_address("eu"), "https://aiplatform.eu.rep.googleapis.com");
    EXPECT_EQ(vertex::location_address("europe-west4"), "https://europe-west4-aiplatform.googleapis.com");
}

TEST(Vertex, AsksGeminiModelsByTheirPath) {
    Rig rig("gemini/3 pro");
    const HttpRequest http = rig.encode(ask());
    EXPECT_EQ(http.target,
              "/v1/projects/p%3A1/locations/us-east5/publishers/google/models/gemini%2F3%20pro:generateContent");
    EXPECT_EQ(http.headers.get("authorization"), "Bearer ya29.token");
    EXPECT_FALSE(http.headers.find("x-goog-api-key"));
    EXPECT_EQ(json::parse(http.body)["contents"][0]["role"], "user");
    EXPECT_TRUE(rig.encode(ask(true)).target.ends_with(":streamGenerateContent?alt=sse"));
}

TEST(Vertex, AsksWithAKeyInExpressMode) {
    Rig rig("gemini-3-pro");
    rig.token = false;
    rig.settings.google.project.clear();
    const HttpRequest http = rig.encode(ask());
    EXPECT_EQ(http.target, "/v1/publishers/google/models/gemini-3-pro:generateContent");
    EXPECT_EQ(http.headers.get("x-goog-api-key"), "ya29.token");
    EXPECT_EQ(vertex_module().address(rig.settings), "https://aiplatform.googleapis.com");
}

TEST(Vertex, NamesTheProjectThatPaysForAUser) {
    Rig rig("gemini-3-pro");
    rig.settings.google.account.kind = config::GoogleAccount::Kind::authorized_user;
    rig.settings.google.account.project = "payer";
    EXPECT_EQ(rig.encode(ask()).headers.get("x-goog-user-project"), "payer");
}

TEST(Vertex, SaysTheTierInAHeader) {
    Rig rig("gemini-3-pro");
    ChatRequest request = ask();
    request.service_tier = "flex";
    const HttpRequest http = rig.encode(request);
    EXPECT_EQ(http.headers.get("x-vertex-ai-llm-shared-request-type"), "flex");
    EXPECT_FALSE(json::parse(http.body).contains("serviceTier"));
}

TEST(Vertex, AsksClaudeModelsInTheirOwnDialect) {
    Rig rig("claude-opus-4-1@20250805");
    ChatRequest request = ask(true);
    request.service_tier = "auto";
    const HttpRequest http = rig.encode(request);
    EXPECT_EQ(http.target,
              "/v1/projects/p%3A1/locations/us-east5/publishers/anthropic/models/"
              "claude-opus-4-1@20250805:streamRawPredict");
    EXPECT_EQ(http.headers.get("authorization"), "Bearer ya29.token");
    EXPECT_FALSE(http.headers.find("x-api-key"));
    EXPECT_FALSE(http.headers.find("anthropic-version"));
    const json body = json::parse(http.body);
    EXPECT_EQ(body["anthropic_version"], "vertex-2023-10-16");
    EXPECT_EQ(body["stream"], true);
    EXPECT_FALSE(body.contains("model"));
    EXPECT_FALSE(body.contains("service_tier"));
    EXPECT_TRUE(rig.encode(ask()).target.ends_with("@20250805:rawPredict"));
}

TEST(Vertex, HasNoNativeSchemasForClaudeWhateverTheCatalogueSays) {
    const Rig claude("claude-opus-4-1");
    EXPECT_EQ(claude.deployment.capabilities.feature(Feature::json_schema), Support::emulated);
    EXPECT_EQ(claude.deployment.capabilities.feature(Feature::image_url_input), Support::absent);
    const Rig gemini("gemini-3-pro");
    EXPECT_EQ(gemini.deployment.capabilities.feature(Feature::json_schema), Support::native);
}

test::Decoded decode(const test::Answer& answer) {
    const Rig rig("claude-opus-4-1");
    return test::decode(*vertex_module().make(rig.settings)->make_decoder(ask(), rig.deployment), answer, {});
}

TEST(Vertex, ReadsClaudesRefusalsInBothForms) {
    const auto model = decode(
        {.status = 429,
         .body = R"({"type":"error","error":{"type":"rate_limit_error","message":"slow"},"request_id":"req_vrtx_1"})"});
    ASSERT_TRUE(model.error);
    EXPECT_EQ(model.error->kind, ErrorKind::rate_limited);
    const auto platform = decode(
        {.status = 403, .body = R"([{"error":{"code":403,"message":"No access","status":"PERMISSION_DENIED"}}])"});
    ASSERT_TRUE(platform.error);
    EXPECT_EQ(platform.error->kind, ErrorKind::upstream_permission);
    EXPECT_EQ(platform.error->upstream->message, "No access");
    const auto page = decode({.status = 502, .content_type = "text/html", .body = "<html>bad</html>"});
    ASSERT_TRUE(page.error);
    EXPECT_EQ(page.error->kind, ErrorKind::upstream_error);
}

TEST(Vertex, ReadsClaudesAnswer) {
    const auto decoded = decode({.status = 200, .body = R"({"type":"message","role":"assistant",
"content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":1}})"});
    EXPECT_FALSE(decoded.error);
}

}  // namespace
}  // namespace breakwater::testing_vertex
