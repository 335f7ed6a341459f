#include "providers/openai/moderations.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "event_log.hpp"

namespace breakwater {
namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

struct Encoded {
    json body;
    std::string adapted;
    std::string error;
    std::unique_ptr<ResponseDecoder> decoder;
};

Encoded encode(const ModerationRequest& request, bool pictures = true, bool official = false,
               config::AdaptMode mode = config::AdaptMode::adapt) {
    Deployment deployment{.name = "d", .provider = "p", .model = "judge"};
    if (!pictures) deployment.capabilities.set(Feature::image_input, Support::absent);
    Adaptations adapted;
    const Secret key;
    const EncodeContext context{.deployment = deployment, .credential = key, .mode = mode, .adapted = adapted};
    config::Quirks quirks;
    quirks.official = official;
    auto call = openai::encode_moderation(request, context, quirks);
    if (!call) return {.error = call.error().message};
    return {.body = json::parse(call->request.body),
            .adapted = adapted.header_value(),
            .decoder = std::move(call->decoder)};
}

Lines decode(const ModerationRequest& request, const std::string& body) {
    const Encoded encoded = encode(request);
    test::EventLog log;
    EXPECT_TRUE(encoded.decoder->on_head({.status = 200}));
    Result<void> done = encoded.decoder->on_body(body, log);
    if (done) done = encoded.decoder->on_end(log);
    if (!done) log.lines.push_back("fault " + std::string(done.error().code_or_default()));
    return log.lines;
}

const ModerationRequest kTexts{.parts = {{.text = "a"}, {.text = "b"}}};
const ModerationRequest kParts{.parts = {{.text = "a"}, {.image = ImagePart{.url = "https://x/y.png"}}},
                               .together = true};

TEST(Moderations, TextsAndPartsAreWrittenAsTheyAre) {
    EXPECT_EQ(encode(kTexts).body, (json{{"model", "judge"}, {"input", {"a", "b"}}}));
    const json parts = {{{"type", "text"}, {"text", "a"}},
                        {{"type", "image_url"}, {"image_url", {{"url", "https://x/y.png"}}}}};
    EXPECT_EQ(encode(kParts).body["input"], parts);
}

TEST(Moderations, AModelWithoutPicturesGetsOneText) {
    const ModerationRequest texts{.parts = {{.text = "a"}, {.text = "b"}}, .together = true};
    const Encoded encoded = encode(texts, false);
    EXPECT_EQ(encoded.body["input"], json({"a\nb"}));
    EXPECT_EQ(encoded.adapted, "input=mapped");
    EXPECT_NE(encode(kParts, false).error.find("not pictures"), std::string::npos);
    EXPECT_EQ(encode(kParts, false, false, config::AdaptMode::drop).body["input"], json({"a"}));
}

TEST(Moderations, OtherMembersGoToWhoMayKnowThem) {
    ModerationRequest request = kTexts;
    request.extensions = {{"threshold", "0.5"}};
    EXPECT_EQ(encode(request).body["threshold"], 0.5);
    EXPECT_FALSE(encode(request, true, true).body.contains("threshold"));
    EXPECT_EQ(encode(request, true, true).adapted, "threshold=dropped");
    EXPECT_NE(encode(request, true, true, config::AdaptMode::strict).error, "");
}

TEST(Moderations, VerdictsAreReadInTheWordsOfBothVendors) {
    const Lines openai = decode(kParts, R"({"id":"modr-1","model":"omni","results":[{"flagged":true,
        "categories":{"hate":false,"violence":true},"category_scores":{"hate":0.25,"violence":0.5},
        "category_applied_input_types":{"hate":["text"],"violence":["text","image"]}}]})");
    EXPECT_EQ(openai,
              (Lines{R"(start "modr-1" "omni")", "verdict 0 flagged hate=0.250000t violence=0.500000!ti", "end"}));
    const Lines mistral = decode(kTexts, R"({"id":"m-1","model":"mistral-moderation","results":[
        {"categories":{"selfharm":false,"pii":true},"category_scores":{"selfharm":0.125,"pii":0.75}},
        {"categories":{"violence_and_threats":false},"category_scores":{"violence_and_threats":0}}],
        "usage":{"prompt_tokens":4,"total_tokens":4}})");
    EXPECT_EQ(mistral,
              (Lines{R"(start "m-1" "mistral-moderation")", "verdict 0 flagged self-harm=0.125000t pii=0.750000!t",
                     "verdict 1 violence=0.000000t", "usage input=4 output=0", "end"}));
}

TEST(Moderations, AnAnswerThatIsNoneIsAFailure) {
    for (const char* body : {R"({"results":[]})", R"({"results":[{"categories":{"hate":true}}]})", R"({"data":[]})",
                             R"({"results":[{"flagged":true},{"flagged":false}]})",
                             R"({"results":[{"categories":{"hate":"no"}},{"categories":{}}]})"})
        EXPECT_EQ(decode(kTexts, body).back(), "fault upstream_invalid_response") << body;
}

TEST(Moderations, AVerdictIsBounded) {
    const auto verdict = [](const char* member, std::size_t count) {
        json result = {{"categories", {{"hate", true}}}};
        for (std::size_t i = 0; i < count; ++i) result[member]["c" + std::to_string(i)] = nullptr;
        return decode({.parts = {{.text = "a"}}}, json{{"results", {result}}}.dump()).back();
    };
    for (const char* member : {"categories", "category_scores", "category_applied_input_types"}) {
        EXPECT_EQ(verdict(member, 200), "end") << member;
        EXPECT_EQ(verdict(member, 300), "fault upstream_invalid_response") << member;
    }
}

TEST(Moderations, ALongListOfTypesIsNotReadToItsEnd) {
    json types(json::value_t::array);
    for (int i = 0; i < 100; ++i) types.push_back("text");
    types.push_back("image");
    const json result = {{"categories", {{"hate", true}}}, {"category_applied_input_types", {{"hate", types}}}};
    const Lines lines = decode({.parts = {{.text = "a"}}}, json{{"results", {result}}}.dump());
    EXPECT_EQ(lines.at(1), "verdict 0 flagged hate=1.000000!t");
}

}  // namespace
}  // namespace breakwater
