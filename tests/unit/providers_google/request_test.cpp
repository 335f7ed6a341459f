#include "support.hpp"

namespace breakwater::testing_google {
namespace {

TEST(GoogleRequest, HasTheHeadersAndTargetOfTheApi) {
    Rig rig;
    const Result<HttpRequest> http = rig.encode(ask_limited("q"));
    ASSERT_TRUE(http);
    EXPECT_EQ(http->method, "POST");
    EXPECT_EQ(http->target, "/v1beta/models/gemini-test:generateContent");
    EXPECT_EQ(http->headers.get("x-goog-api-key"), "AIza-test");
    EXPECT_EQ(http->headers.get("content-type"), "application/json");
    EXPECT_FALSE(http->headers.find("authorization"));
    EXPECT_EQ(json::parse(http->body), json::parse(R"({"contents":[{"role":"user","parts":[{"text":"q"}]}],
                              "generationConfig":{"maxOutputTokens":1000}})"));
}

TEST(GoogleRequest, AsksForEventsWhenItStreams) {
    Rig rig;
    ChatRequest request = ask_limited("q");
    request.stream = true;
    const Result<HttpRequest> http = rig.encode(request);
    ASSERT_TRUE(http);
    EXPECT_EQ(http->target, "/v1beta/models/gemini-test:streamGenerateContent?alt=sse");
    EXPECT_EQ(http->headers.get("accept"), "text/event-stream");
}

TEST(GoogleRequest, WritesTheModelAsOneSegmentOfThePath) {
    Rig rig;
    const auto target = [&](std::string model) {
        rig.deployment.model = std::move(model);
        return rig.encode(ask_limited("q"))->target;
    };
    EXPECT_EQ(target("models/gemini-x"), "/v1beta/models/gemini-x:generateContent");
    EXPECT_EQ(target("tunedModels/mine"), "/v1beta/tunedModels/mine:generateContent");
    EXPECT_EQ(target("../../x?y#z:a b"), "/v1beta/models/..%2F..%2Fx%3Fy%23z%3Aa%20b:generateContent");
}

TEST(GoogleRequest, SaysSamplingInTheWordsOfTheApi) {
    Rig rig;
    ChatRequest request = ask_limited("q");
    request.sampling = {.temperature = 0.5,
                        .top_p = 0.9,
                        .top_k = 40,
                        .frequency_penalty = 2.0,
                        .presence_penalty = -0.5,
                        .seed = (std::int64_t{1} << 31) + 5,
                        .stop = {"A", "", "B", "C", "D", "E", "F"},
                        .logit_bias = R"({"1":2})"};
    request.n = 2;
    request.logprobs = true;
    request.top_logprobs = 3;
    EXPECT_EQ(rig.body(request)["generationConfig"],
              json::parse(R"({"temperature":0.5,"topP":0.9,"topK":40,"candidateCount":2,"maxOutputTokens":1000,
                  "stopSequences":["A","B","C","D","E"],"seed":5,"presencePenalty":-0.5,"frequencyPenalty":1.99,
                  "responseLogprobs":true,"logprobs":3})"));
    EXPECT_TRUE(was_adapted(rig.adapted, "stop", AdaptAction::clamped));
    EXPECT_TRUE(was_adapted(rig.adapted, "seed", AdaptAction::mapped));
    EXPECT_TRUE(was_adapted(rig.adapted, "frequency_penalty", AdaptAction::clamped));
    EXPECT_TRUE(was_adapted(rig.adapted, "logit_bias", AdaptAction::dropped));
}

TEST(GoogleRequest, LeavesNothingOfAnotherDialectInTheBody) {
    Rig rig;
    ChatRequest request = ask_limited("q");
    request.user = "u";
    request.safety_identifier = "s";
    request.metadata = R"({"a":"b"})";
    request.store = true;
    request.verbosity = "low";
    request.prediction = "{}";
    request.prompt_cache_key = "k";
    request.service_tier = "scale";
    request.extensions = {{"chat_template_kwargs", "{}"}};
    const json body = rig.body(request);
    EXPECT_EQ(body.size(), 2u) << body;
    for (const char* field : {"user", "safety_identifier", "metadata", "store", "verbosity", "prediction",
                              "prompt_cache_key", "service_tier", "chat_template_kwargs"}) {
        EXPECT_TRUE(was_adapted(rig.adapted, field, AdaptAction::dropped)) << field;
    }
}

TEST(GoogleRequest, KnowsTheServiceTiersOfTheApi) {
    Rig rig;
    ChatRequest request = ask_limited("q");
    request.service_tier = "flex";
    EXPECT_EQ(rig.body(request)["serviceTier"], "flex");
    request.service_tier = "default";
    EXPECT_FALSE(rig.body(request).contains("serviceTier"));
    EXPECT_TRUE(rig.adapted.empty());
}

TEST(GoogleRequest, PassesMembersOfTheApiThatClientsSend) {
    Rig rig;
    ChatRequest request = ask_limited("q");
    request.extensions = {{"safety_settings", R"([{"category":"HARM_CATEGORY_HARASSMENT","threshold":"OFF"}])"},
                          {"extra_body", R"({"google":{"thinking_config":{"thinking_budget":7}}})"}};
    json body = rig.body(request);
    EXPECT_EQ(body["safetySettings"][0]["threshold"], "OFF");
    EXPECT_EQ(body["generationConfig"]["thinkingConfig"], json::parse(R"({"thinking_budget":7})"));
    EXPECT_TRUE(rig.adapted.empty());
    request.extensions = {{"google", R"({"thinkingConfig":{"thinkingLevel":"LOW"}})"}};
    EXPECT_EQ(rig.body(request)["generationConfig"]["thinkingConfig"]["thinkingLevel"], "LOW");
}

TEST(GoogleRequest, DoesNotRepeatWhatIsInTheCache) {
    Rig rig;
    ChatRequest request = ask_limited("q");
    request.messages.insert(request.messages.begin(), system_says("Be terse."));
    request.tools = {function("f")};
    request.extensions = {{"google", R"({"cached_content":"cachedContents/abc"})"}};
    const json body = rig.body(request);
    EXPECT_EQ(body["cachedContent"], "cachedContents/abc");
    EXPECT_FALSE(body.contains("systemInstruction"));
    EXPECT_FALSE(body.contains("tools"));
}

TEST(GoogleRequest, RefusesAnswersThatCannotBeHandedOn) {
    Rig rig;
    ChatRequest request = ask_limited("q");
    request.modalities = {"text", "image"};
    EXPECT_EQ(rig.refused(request), "modalities");
    rig.mode = config::AdaptMode::drop;
    EXPECT_EQ(rig.refused(request), "(none)");
}

TEST(GoogleRequest, AddsTheHeadersOfTheConfiguration) {
    Rig rig;
    rig.settings.headers = {{"x-goog-user-project", "p"}};
    EXPECT_EQ(rig.encode(ask_limited("q"))->headers.get("x-goog-user-project"), "p");
}

}  // namespace
}  // namespace breakwater::testing_google
