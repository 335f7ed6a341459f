#include "providers/bedrock/guardrail.hpp"

#include "event_log.hpp"
#include "support.hpp"

namespace breakwater::testing_bedrock {
namespace {

using Lines = std::vector<std::string>;

const std::string kArn = "arn:aws:bedrock:us-east-1:123456789012:guardrail/gr7abc";
const std::string kArnTarget =
    "/guardrail/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aguardrail%2Fgr7abc/version/";

struct Encoded {
    HttpRequest request{};
    json body{};
    std::string adapted{};
    std::optional<Error> error{};
    std::unique_ptr<ResponseDecoder> decoder{};
};

struct Setting {
    std::string model = "gr7abc:3";
    bool pictures = true;
    config::AdaptMode mode = config::AdaptMode::adapt;
};

Encoded encode(const ModerationRequest& request, const Setting& setting = {}) {
    Rig rig(setting.model);
    if (!setting.pictures) rig.deployment.capabilities.set(Feature::image_input, Support::absent);
    const EncodeContext context{.deployment = rig.deployment,
                                .credential = rig.key,
                                .now = rig.now,
                                .mode = setting.mode,
                                .adapted = rig.adapted,
                                .aws = &rig.settings.aws.keys};
    auto call = bedrock_module().make(rig.settings)->moderate(request, context);
    if (!call) return {.error = call.error()};
    return {.request = call->request,
            .body = json::parse(call->request.body),
            .adapted = rig.adapted.header_value(),
            .decoder = std::move(call->decoder)};
}

ModerationRequest text(std::string said) {
    return {.parts = {{.text = std::move(said)}}};
}

ModerationRequest with_picture(ImagePart picture) {
    return {.parts = {{.text = "a"}, {.image = std::move(picture)}}, .together = true};
}

const ImagePart kPng{.media_type = "image/png", .data = "AAAA"};

Lines decode(const ModerationRequest& request, const std::string& body, int status = 200) {
    const Encoded encoded = encode(request);
    test::EventLog log;
    Result<void> done = encoded.decoder->on_head({.status = status});
    if (done) done = encoded.decoder->on_body(body, log);
    if (done) done = encoded.decoder->on_end(log);
    if (!done) log.lines.push_back("fault " + std::string(done.error().code_or_default()));
    return log.lines;
}

Lines decode(const json& assessments, bool intervened = false) {
    return decode(text("a"), json{{"action", intervened ? "GUARDRAIL_INTERVENED" : "NONE"},
                                  {"usage", {{"contentPolicyUnits", 1}}},
                                  {"outputs", {{{"text", "blocked"}}}},
                                  {"assessments", assessments}}
                                 .dump());
}

TEST(BedrockGuardrail, ATextIsJudgedAsWhatAUserWrote) {
    const Encoded encoded = encode(text("I hate you"));
    EXPECT_EQ(encoded.request.method, "POST");
    EXPECT_EQ(encoded.request.target, "/guardrail/gr7abc/version/3/apply");
    EXPECT_TRUE(encoded.request.headers.get("authorization").starts_with("AWS4-HMAC-SHA256 "));
    EXPECT_EQ(encoded.body, json::parse(R"({"source":"INPUT","outputScope":"FULL",
        "content":[{"text":{"text":"I hate you"}}]})"));
    EXPECT_EQ(encoded.adapted, "");
}

TEST(BedrockGuardrail, TheModelNamesGuardrailAndVersion) {
    const auto target = [](std::string model) { return encode(text("a"), {.model = std::move(model)}).request.target; };
    EXPECT_EQ(target("gr7abc"), "/guardrail/gr7abc/version/DRAFT/apply");
    EXPECT_EQ(target("gr7abc:DRAFT"), "/guardrail/gr7abc/version/DRAFT/apply");
    EXPECT_EQ(target(kArn), kArnTarget + "DRAFT/apply");
    EXPECT_EQ(target(kArn + ":12"), kArnTarget + "12/apply");
}

TEST(BedrockGuardrail, WhatIsNoGuardrailIsRefused) {
    for (const char* model : {"amazon.nova-lite-v1:0", "gr7abc:", "gr7abc:0", "gr7abc:latest", "Gr7abc", "a/b", ":1",
                              "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova",
                              "arn:aws:bedrock:us-east-1:123456789012:guardrail/"}) {
        const Encoded encoded = encode(text("a"), {.model = model});
        ASSERT_TRUE(encoded.error) << model;
        EXPECT_EQ(encoded.error->param, "model");
        EXPECT_EQ(encoded.error->kind, ErrorKind::unsupported_parameter);
    }
}

TEST(BedrockGuardrail, PartsGoTogether) {
    const json content = encode(with_picture(kPng)).body["content"];
    EXPECT_EQ(content, json::parse(R"([{"text":{"text":"a"}},
        {"image":{"format":"png","source":{"bytes":"AAAA"}}}])"));
    const ImagePart jpeg{.media_type = "image/png", .data = "/9j/4AAQSkZJRgABAQ=="};
    EXPECT_EQ(encode(with_picture(jpeg)).body["content"][1]["image"]["format"], "jpeg");
}

TEST(BedrockGuardrail, PicturesItCannotReadAreRefused) {
    const ModerationRequest address = with_picture({.url = "https://example.com/a.png"});
    EXPECT_EQ(encode(address).error->param, "input[1].image_url.url");
    EXPECT_NE(encode(address).error->message.find("nothing is read from an address"), std::string::npos);
    EXPECT_EQ(encode(with_picture({.media_type = "image/gif", .data = "AAAA"})).error->param, "input[1].image_url.url");
    EXPECT_NE(encode(with_picture(kPng), {.pictures = false}).error->message.find("not pictures"), std::string::npos);

    const Encoded dropped = encode(address, {.mode = config::AdaptMode::drop});
    EXPECT_EQ(dropped.body["content"].size(), 1u);
    EXPECT_EQ(dropped.adapted, "input[1].image_url.url=dropped");
    const ModerationRequest alone{.parts = {{.image = ImagePart{.url = "https://example.com/a.png"}}},
                                  .together = true};
    EXPECT_EQ(encode(alone, {.mode = config::AdaptMode::drop}).error->param, "input");
}

TEST(BedrockGuardrail, WhoKnowsItMaySayTheSource) {
    ModerationRequest request = text("a");
    request.extensions = {{"source", R"("OUTPUT")"}, {"threshold", "0.5"}};
    EXPECT_EQ(encode(request).body["source"], "OUTPUT");
    EXPECT_EQ(encode(request).adapted, "threshold=dropped");
    EXPECT_EQ(encode(request, {.mode = config::AdaptMode::strict}).error->param, "threshold");
    request.extensions = {{"source", R"("BOTH")"}};
    EXPECT_EQ(encode(request).error->param, "source");
}

TEST(BedrockGuardrail, FiltersBecomeOpenaisCategories) {
    const json filters = json::parse(R"([{"contentPolicy":{"filters":[
        {"type":"HATE","confidence":"HIGH","filterStrength":"MEDIUM","action":"BLOCKED","detected":true},
        {"type":"INSULTS","confidence":"LOW","filterStrength":"LOW","action":"NONE","detected":false},
        {"type":"SEXUAL","confidence":"NONE","action":"NONE","detected":false},
        {"type":"VIOLENCE","confidence":"MEDIUM","action":"NONE","detected":true},
        {"type":"MISCONDUCT","confidence":"NONE","action":"NONE","detected":false},
        {"type":"PROMPT_ATTACK","confidence":"NONE","action":"NONE","detected":false}]}}])");
    EXPECT_EQ(decode(filters, true), (Lines{"verdict 0 flagged harassment=0.330000t hate=1.000000!t illicit=0.000000t "
                                            "prompt_attack=0.000000t sexual=0.000000t violence=0.660000!t",
                                            "end"}));
}

TEST(BedrockGuardrail, WhatTheAccountDefinedStandsBehind) {
    const json found = json::parse(R"([{
        "topicPolicy":{"topics":[{"name":"Tax advice","type":"DENY","action":"BLOCKED","detected":true},
                                 {"name":"Weather","type":"DENY","action":"NONE","detected":false}]},
        "wordPolicy":{"customWords":[{"match":"canary","action":"BLOCKED","detected":true}],
                      "managedWordLists":[{"match":"damn","type":"PROFANITY","action":"NONE","detected":true}]},
        "sensitiveInformationPolicy":{
            "piiEntities":[{"match":"a@b.c","type":"EMAIL","action":"ANONYMIZED"},
                           {"match":"d@e.f","type":"EMAIL","action":"NONE","detected":false}],
            "regexes":[{"name":"Booking","match":"X1","regex":"X.","action":"BLOCKED","detected":true}]}}])");
    EXPECT_EQ(decode(found, true),
              (Lines{"verdict 0 flagged pii/email=1.000000!t regex/Booking=1.000000!t topic/Tax advice=1.000000!t "
                     "topic/Weather=0.000000t words/custom=1.000000!t words/profanity=1.000000!t",
                     "end"}));
}

TEST(BedrockGuardrail, OnlyFiltersOfContentJudgePictures) {
    const std::string body = R"({"action":"NONE","assessments":[{
        "contentPolicy":{"filters":[{"type":"VIOLENCE","confidence":"LOW","action":"NONE","detected":false}]},
        "topicPolicy":{"topics":[{"name":"Tax","action":"NONE","detected":false}]}}]})";
    EXPECT_EQ(decode(with_picture(kPng), body), (Lines{"verdict 0 topic/Tax=0.000000t violence=0.330000ti", "end"}));
}

TEST(BedrockGuardrail, AnyOfBothFlags) {
    EXPECT_EQ(decode(json::array(), true), (Lines{"verdict 0 flagged", "end"}));
    EXPECT_EQ(decode(json::array(), false), (Lines{"verdict 0", "end"}));
    // Only looked for, and not acted upon.
    EXPECT_EQ(decode(json::parse(R"([{"contentPolicy":{"filters":[
        {"type":"HATE","confidence":"HIGH","action":"NONE","detected":true}]}}])")),
              (Lines{"verdict 0 flagged hate=1.000000!t", "end"}));
}

TEST(BedrockGuardrail, WhatIsNotKnownIsPassedOver) {
    const json odd = json::parse(R"([{"contentPolicy":{"filters":[{"type":"NEW_THING","confidence":"ABSURD",
        "action":"NONE","detected":false},{"confidence":"HIGH"},{"type":7},"x",null]},
        "topicPolicy":[],"wordPolicy":{"customWords":{}},"newPolicy":{"filters":[{"type":"HATE"}]}},7])");
    EXPECT_EQ(decode(odd), (Lines{"verdict 0 new_thing=0.000000t", "end"}));
}

TEST(BedrockGuardrail, NamesAreCleanAndBounded) {
    const auto topics = [](std::size_t count, const std::string& name) {
        json list = json::array();
        for (std::size_t i = 0; i < count; ++i)
            list.push_back({{"name", name + std::to_string(i)}, {"action", "NONE"}, {"detected", false}});
        return decode(json::array({{{"topicPolicy", {{"topics", list}}}}}));
    };
    EXPECT_EQ(topics(1, std::string("sk-0123456789abcdef0123456789abcdef \x01"))[0].find("0123456789"),
              std::string::npos);
    EXPECT_LT(topics(1, std::string(5000, 'x'))[0].size(), 200u);
    EXPECT_EQ(topics(256, "t").back(), "end");
    EXPECT_EQ(topics(257, "t").back(), "fault upstream_invalid_response");
    // One topic found many times is one category.
    EXPECT_EQ(topics(300, std::string(100, 'x')).back(), "end");
}

TEST(BedrockGuardrail, AnAnswerThatIsNoneIsAFailure) {
    for (const char* body : {"{}", R"({"action":"MAYBE","assessments":[]})", R"({"action":7})", "[]"})
        EXPECT_EQ(decode(text("a"), body).back(), "fault upstream_invalid_response") << body;
    EXPECT_EQ(decode(text("a"),
                     R"({"message":"The guardrail gr7abc was not found.","__type":"ResourceNotFoundException"})", 404),
              (Lines{"fault upstream_model_missing"}));
    EXPECT_EQ(decode(text("a"), R"({"message":"Slow down.","__type":"ThrottlingException"})", 429),
              (Lines{"fault rate_limit_exceeded"}));
}

}  // namespace
}  // namespace breakwater::testing_bedrock
