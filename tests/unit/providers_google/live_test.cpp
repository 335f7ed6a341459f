#include "providers/google/live.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

constexpr std::string_view kSetup = R"({ "setup":{"model" : "models/r","x":0.10} })";
constexpr std::string_view kModel = R"("models/r")";

Result<ProviderCall> encode(std::string model, const google::Endpoint& endpoint = {}, bool alpha = false,
                            SessionDialect dialect = SessionDialect::google) {
    const Deployment deployment{.name = "d", .provider = "p", .model = std::move(model)};
    Adaptations adapted;
    const Secret key("canary");
    const EncodeContext context{
        .deployment = deployment, .credential = key, .mode = config::AdaptMode::adapt, .adapted = adapted};
    const RealtimeRequest request{.dialect = dialect,
                                  .model = "r",
                                  .alpha = alpha,
                                  .setup = std::string(kSetup),
                                  .model_at = kSetup.find(kModel),
                                  .model_bytes = kModel.size()};
    return google::encode_live(request, context, endpoint);
}

TEST(GoogleLive, PutsItsModelIntoTheSetup) {
    const auto call = encode("gemini \"live\"");
    ASSERT_TRUE(call);
    EXPECT_EQ(call->request.method, "GET");
    EXPECT_EQ(call->request.target, "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent");
    EXPECT_EQ(call->request.headers.get("x-goog-api-key"), "canary");
    EXPECT_EQ(call->request.body, R"({ "setup":{"model" : "models/gemini \"live\"","x":0.10} })");
    EXPECT_EQ(encode("models/m")->request.body, R"({ "setup":{"model" : "models/m","x":0.10} })");
    EXPECT_EQ(encode("tunedModels/m")->request.body, R"({ "setup":{"model" : "tunedModels/m","x":0.10} })");
    EXPECT_NE(encode("m", {}, true)->request.target.find(".v1alpha."), std::string::npos);
}

TEST(GoogleLive, NamesThePlaceAtVertex) {
    const auto call = encode("m", {.vertex_models = "/v1/projects/a%3Ab/locations/l/publishers/google/models/"});
    ASSERT_TRUE(call);
    EXPECT_EQ(call->request.target, "/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent");
    EXPECT_EQ(call->request.body,
              R"({ "setup":{"model" : "projects/a:b/locations/l/publishers/google/models/m","x":0.10} })");
    EXPECT_EQ(encode("m", {.vertex_models = "/v1/publishers/google/models/"})->request.body,
              R"({ "setup":{"model" : "publishers/google/models/m","x":0.10} })");
}

TEST(GoogleLive, RefusesClientsOfAnotherDialect) {
    const auto call = encode("m", {}, false, SessionDialect::openai);
    ASSERT_FALSE(call);
    EXPECT_EQ(call.error().kind, ErrorKind::unsupported_parameter);
    EXPECT_NE(call.error().message.find("Live API"), std::string::npos);
}

TEST(GoogleLive, ReadsRefusalsOfTheHandshake) {
    const auto call = encode("m");
    class Nowhere final : public EventSink {
        void on_event(const StreamEvent& /*event*/) override {}
    } nowhere;
    ASSERT_TRUE(call->decoder->on_head({.status = 400}));
    ASSERT_TRUE(call->decoder->on_body(
        R"({"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}})", nowhere));
    const auto done = call->decoder->on_end(nowhere);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::upstream_auth);
}

}  // namespace
}  // namespace breakwater
