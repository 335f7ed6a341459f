#include "support.hpp"

namespace breakwater::testing_anthropic {
namespace {

TEST(AnthropicRequest, HasTheHeadersAndTargetOfTheApi) {
    Rig rig;
    const Result<HttpRequest> http = rig.encode(ask_limited("q"));
    ASSERT_TRUE(http);
    EXPECT_EQ(http->method, "POST");
    EXPECT_EQ(http->target, "/v1/messages");
    EXPECT_EQ(http->headers.get("x-api-key"), "sk-ant-api-test");
    EXPECT_EQ(http->headers.get("anthropic-version"), "2023-06-01");
    EXPECT_EQ(http->headers.get("content-type"), "application/json");
    EXPECT_FALSE(http->headers.find("anthropic-beta"));
    EXPECT_FALSE(http->headers.find("authorization"));
}

TEST(AnthropicRequest, SendsALogInTokenAsABearer) {
    Rig rig;
    rig.key = Secret("sk-ant-oat01-x");
    const Result<HttpRequest> http = rig.encode(ask_limited("q"));
    ASSERT_TRUE(http);
    EXPECT_EQ(http->headers.get("authorization"), "Bearer sk-ant-oat01-x");
    EXPECT_FALSE(http->headers.find("x-api-key"));
    EXPECT_EQ(http->headers.get("anthropic-beta"), "oauth-2025-04-20");
}

TEST(AnthropicRequest, NamesTheBetasThatItNeedsAndThoseOfTheClient) {
    ChatRequest request = ask_limited("q");
    request.messages[0].parts.push_back(FilePart{.file_id = "file_011"});
    request.extensions = {{"anthropic_beta", R"(["B-1","b-1","c"])"}, {"mcp_servers", "[]"}};
    Rig rig;
    const Result<HttpRequest> http = rig.encode(request);
    ASSERT_TRUE(http);
    EXPECT_EQ(http->headers.get("anthropic-beta"), "b-1,c,mcp-client-2025-11-20,files-api-2025-04-14");
    EXPECT_FALSE(json::parse(http->body).contains("anthropic_beta"));
}

TEST(AnthropicRequest, AlwaysHasATokenLimit) {
    Rig rig;
    ChatRequest request = ask_limited("q");
    request.max_tokens.reset();
    EXPECT_EQ(rig.body(request)["max_tokens"], 8192);
    rig.deployment.facts.max_output = 4096;
    EXPECT_EQ(rig.body(request)["max_tokens"], 4096);
    rig.deployment.facts.max_output = 64000;
    request.stream = true;
    EXPECT_EQ(rig.body(request)["max_tokens"], 64000);
    EXPECT_EQ(rig.body(request)["stream"], true);
    request.max_tokens = 100'000;
    EXPECT_EQ(rig.body(request)["max_tokens"], 64000);
    EXPECT_TRUE(was_adapted(rig.adapted, "max_tokens", AdaptAction::clamped));
}

TEST(AnthropicRequest, BendsSamplingToTheApi) {
    Rig rig;
    ChatRequest request = ask_limited("q");
    request.sampling = {.temperature = 1.7,
                        .top_p = 0.9,
                        .top_k = 40,
                        .frequency_penalty = 0.5,
                        .presence_penalty = 0.0,
                        .seed = 1,
                        .stop = {"END", " \n", ""}};
    const json body = rig.body(request);
    EXPECT_EQ(body["temperature"], 1.0);
    EXPECT_FALSE(body.contains("top_p"));
    EXPECT_EQ(body["top_k"], 40);
    EXPECT_EQ(body["stop_sequences"], json::parse(R"(["END"])"));
    EXPECT_EQ(rig.adapted.list(), (std::vector<Adaptation>{{"temperature", AdaptAction::clamped},
                                                           {"top_p", AdaptAction::dropped},
                                                           {"stop", AdaptAction::dropped},
                                                           {"frequency_penalty", AdaptAction::dropped},
                                                           {"seed", AdaptAction::dropped}}));
    request.sampling = {.top_p = 0.9, .stop = {" "}};
    EXPECT_EQ(rig.body(request)["top_p"], 0.9);
    EXPECT_FALSE(rig.body(request).contains("stop_sequences"));
}

TEST(AnthropicRequest, RefusesInModeStrictWhatItWouldChange) {
    Rig rig;
    rig.mode = config::AdaptMode::strict;
    ChatRequest request = ask_limited("q");
    request.sampling.seed = 7;
    const Result<HttpRequest> http = rig.encode(request);
    ASSERT_FALSE(http);
    EXPECT_EQ(http.error().kind, ErrorKind::unsupported_parameter);
    EXPECT_EQ(http.error().param, "seed");
}

TEST(AnthropicRequest, RefusesWhatTheApiCannotSay) {
    const auto refused = [](auto change) {
        ChatRequest request = ask_limited("q");
        change(request);
        return Rig().refused(request);
    };
    EXPECT_EQ(refused([](ChatRequest& r) { r.n = 2; }), "n");
    EXPECT_EQ(refused([](ChatRequest& r) { r.n = 1; }), "(none)");
    EXPECT_EQ(refused([](ChatRequest& r) { r.logprobs = true; }), "logprobs");
    EXPECT_EQ(refused([](ChatRequest& r) { r.modalities = {"text", "audio"}; }), "modalities");
}

TEST(AnthropicRequest, SendsAnOpaqueUserOnly) {
    const auto user_id = [](ChatRequest request) {
        return Rig().body(request)["metadata"]["user_id"].get<std::string>();
    };
    ChatRequest request = ask_limited("q");
    request.user = "u-1";
    EXPECT_EQ(user_id(request), "u-1");
    request.safety_identifier = "s-1";
    EXPECT_EQ(user_id(request), "s-1");
    request.safety_identifier.clear();
    request.user = "ann@example.com";
    EXPECT_EQ(user_id(request).find("ann"), std::string::npos);
    EXPECT_EQ(user_id(request), user_id(request));
    request.user.clear();
    request.metadata = R"({"user_id":"m-1"})";
    EXPECT_EQ(user_id(request), "m-1");
}

TEST(AnthropicRequest, MapsServiceTiers) {
    const auto tier = [](std::string given) {
        ChatRequest request = ask_limited("q");
        request.service_tier = std::move(given);
        return Rig().body(request).value("service_tier", "(none)");
    };
    EXPECT_EQ(tier("auto"), "auto");
    EXPECT_EQ(tier("priority"), "auto");
    EXPECT_EQ(tier("default"), "standard_only");
    EXPECT_EQ(tier("flex"), "(none)");
}

TEST(AnthropicRequest, PassesItsOwnExtensionsAndDropsOthers) {
    Rig rig;
    ChatRequest request = ask_limited("q");
    request.extensions = {{"cache_control", R"({"type":"ephemeral"})"}, {"top_a", "1"}};
    const json body = rig.body(request);
    EXPECT_EQ(body["cache_control"], json::parse(R"({"type":"ephemeral"})"));
    EXPECT_FALSE(body.contains("top_a"));
    EXPECT_TRUE(was_adapted(rig.adapted, "top_a", AdaptAction::dropped));
}

TEST(AnthropicRequest, WritesImagesAndDocuments) {
    Rig rig;
    ChatRequest request = ask_limited("q");
    request.messages[0].parts = {ImagePart{.media_type = "image/jpeg", .data = "iVBORw0KGgoAAAANSUhEUg=="},
                                 ImagePart{.media_type = "image/jpg", .data = "AAAAAAAAAAAAAAAAAAAAAA=="},
                                 ImagePart{.url = "https://a.example/x.png", .detail = "high"},
                                 FilePart{.filename = "a.pdf", .media_type = "application/pdf", .data = "JVBERi0x"},
                                 FilePart{.filename = "a.txt", .media_type = "text/plain", .data = "SGVsbG8="},
                                 FilePart{.url = "https://a.example/x.pdf"}};
    EXPECT_EQ(rig.body(request)["messages"][0]["content"], json::parse(R"([
        {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgoAAAANSUhEUg=="}},
        {"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"AAAAAAAAAAAAAAAAAAAAAA=="}},
        {"type":"image","source":{"type":"url","url":"https://a.example/x.png"}},
        {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0x"},"title":"a.pdf"},
        {"type":"document","source":{"type":"text","media_type":"text/plain","data":"Hello"},"title":"a.txt"},
        {"type":"document","source":{"type":"url","url":"https://a.example/x.pdf"}}])"));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[0].content[0]", AdaptAction::mapped));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[0].content[2].detail", AdaptAction::dropped));
}

TEST(AnthropicRequest, RefusesMediaThatTheApiDoesNotTake) {
    const auto refused = [](ContentPart part) {
        ChatRequest request = ask_limited("q");
        request.messages[0].parts.push_back(std::move(part));
        return Rig().refused(request);
    };
    const std::string place = "messages[0].content[1]";
    EXPECT_EQ(refused(ImagePart{.media_type = "image/bmp", .data = "Qk0AAAAAAAAAAAAA"}), place);
    EXPECT_EQ(refused(ImagePart{.url = "http://a.example/x.png"}), place);
    EXPECT_EQ(refused(FilePart{.file_id = "file-abc"}), place) << "another vendor's id";
    EXPECT_EQ(refused(FilePart{.media_type = "application/msword", .data = "AAAA"}), place);
    EXPECT_EQ(refused(FilePart{.media_type = "text/plain", .data = "?"}), place);
}

TEST(AnthropicRequest, AddsTheConfiguredHeadersAndSumsUpBetas) {
    Rig rig;
    rig.settings.headers = {{"x-team", "a"}, {"anthropic-beta", "context-1m-2025-08-07"}};
    ChatRequest request = ask_limited("q");
    request.extensions = {{"anthropic_beta", R"("mine")"}};
    const Result<HttpRequest> http = rig.encode(request);
    ASSERT_TRUE(http);
    EXPECT_EQ(http->headers.get("x-team"), "a");
    EXPECT_EQ(http->headers.get("anthropic-beta"), "context-1m-2025-08-07,mine");
    EXPECT_EQ(http->headers.count("anthropic-beta"), 1u);
}

TEST(AnthropicRequest, PassesBetasOnBesideThoseOfTheConfiguration) {
    const auto passed = [](Rig& rig, std::vector<std::string> sent) {
        Headers headers;
        for (const std::string& each : sent) headers.add("Anthropic-Beta", each);
        const auto provider = anthropic_module().make(rig.settings);
        EXPECT_TRUE(provider->authorise(
            headers, {.deployment = rig.deployment, .credential = rig.key, .mode = rig.mode, .adapted = rig.adapted}));
        EXPECT_LE(headers.count("anthropic-beta"), 1u);
        return std::string(headers.get("anthropic-beta"));
    };
    Rig rig;
    EXPECT_EQ(passed(rig, {}), "");
    EXPECT_EQ(passed(rig, {"a, B", "b,c"}), "a,b,c");
    rig.settings.headers = {{"anthropic-beta", "ours,c"}};
    EXPECT_EQ(passed(rig, {"a", "c"}), "ours,c,a");
    rig.key = Secret("sk-ant-oat01-test");
    EXPECT_EQ(passed(rig, {"a"}), "ours,c,a,oauth-2025-04-20");
}

TEST(AnthropicRequest, DropsInModeDropWhatItWouldRefuse) {
    Rig rig;
    rig.mode = config::AdaptMode::drop;
    ChatRequest request = ask_limited("q");
    request.n = 3;
    request.messages[0].parts.push_back(AudioPart{.data = "AAAA", .format = "wav"});
    request.messages[0].parts.push_back(ImagePart{.url = "http://a.example/x.png"});
    const json body = rig.body(request);
    EXPECT_EQ(body["messages"][0]["content"], json::parse(R"([{"type":"text","text":"q"}])"));
    EXPECT_TRUE(was_adapted(rig.adapted, "n", AdaptAction::dropped));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[0].content[1]", AdaptAction::dropped));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[0].content[2]", AdaptAction::dropped));
}

}  // namespace
}  // namespace breakwater::testing_anthropic
