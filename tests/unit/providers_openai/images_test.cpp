#include "providers/openai/images.hpp"

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
    std::unique_ptr<ResponseDecoder> decoder;
};

Encoded encode(const ImageRequest& request, std::string model, std::string known_as = "") {
    Deployment deployment{.name = "d", .provider = "p", .model = std::move(model)};
    deployment.facts.id = std::move(known_as);
    Adaptations adapted;
    const Secret key;
    const EncodeContext context{
        .deployment = deployment, .credential = key, .mode = config::AdaptMode::adapt, .adapted = adapted};
    auto call = openai::encode_images(request, context);
    EXPECT_TRUE(call);
    return {.body = json::parse(call->request.body),
            .adapted = adapted.header_value(),
            .decoder = std::move(call->decoder)};
}

Lines decode(const ImageRequest& request, const std::string& body) {
    const Encoded encoded = encode(request, "dall-e-2");
    test::EventLog log;
    EXPECT_TRUE(encoded.decoder->on_head({.status = 200}));
    Result<void> done = encoded.decoder->on_body(body, log);
    if (done) done = encoded.decoder->on_end(log);
    if (!done) log.lines.push_back("fault " + std::string(done.error().code_or_default()));
    return log.lines;
}

TEST(Images, EveryMemberIsWritten) {
    const ImageRequest request{.prompt = "a cat",
                               .n = 2,
                               .size = "1024x1024",
                               .quality = "high",
                               .style = "vivid",
                               .background = "opaque",
                               .output_format = "webp",
                               .output_compression = 50,
                               .moderation = "low",
                               .user = "u",
                               .form = ImageForm::base64,
                               .extensions = {{"seed", "7"}}};
    const json expected = {{"model", "dall-e-3"},
                           {"prompt", "a cat"},
                           {"n", 2},
                           {"size", "1024x1024"},
                           {"quality", "high"},
                           {"style", "vivid"},
                           {"background", "opaque"},
                           {"output_format", "webp"},
                           {"output_compression", 50},
                           {"moderation", "low"},
                           {"user", "u"},
                           {"response_format", "b64_json"},
                           {"seed", 7}};
    EXPECT_EQ(encode(request, "dall-e-3").body, expected);
    EXPECT_EQ(encode({.prompt = "a cat"}, "x").body, (json{{"model", "x"}, {"prompt", "a cat"}}));
}

TEST(Images, OpenaisNewModelsAreNotAskedForAForm) {
    const ImageRequest request{.prompt = "a cat", .form = ImageForm::url};
    for (const auto& [model, known_as] : std::vector<std::pair<std::string, std::string>>{
             {"gpt-image-1", ""}, {"openai/gpt-image-1", ""}, {"painter", "gpt-image-1-mini"}}) {
        const Encoded encoded = encode(request, model, known_as);
        EXPECT_FALSE(encoded.body.contains("response_format")) << model;
        EXPECT_EQ(encoded.adapted, "response_format=emulated") << model;
    }
    EXPECT_EQ(encode(request, "gpt-image-1", "dall-e-3").body["response_format"], "url");
}

TEST(Images, PicturesAreReadWithWhatIsSaidOfThem) {
    const Lines lines = decode({.prompt = "a", .n = 2}, R"({"created":1,"output_format":"webp","data":[
        {"b64_json":"QUE=","revised_prompt":"a cat"},{"url":"https://x/y"}],"usage":{"input_tokens":3,"output_tokens":5}})");
    EXPECT_EQ(lines, (Lines{R"(image 0 webp "QUE=" "a cat")", R"(image 1 webp "https://x/y")", "usage input=3 output=5",
                            "end"}));
}

TEST(Images, AnAnswerIsBounded) {
    const Encoded encoded = encode({.prompt = "a"}, "dall-e-2");
    test::EventLog log;
    EXPECT_TRUE(encoded.decoder->on_head({.status = 200}));
    const std::string piece(1u << 20, ' ');
    for (int i = 0; i < 64; ++i) ASSERT_TRUE(encoded.decoder->on_body(piece, log));
    const Result<void> done = encoded.decoder->on_body(" ", log);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code_or_default(), "upstream_invalid_response");
}

TEST(Images, MoreThanWereAskedForAreLeftOut) {
    EXPECT_EQ(decode({.prompt = "a"}, R"({"data":[{"b64_json":"QUE="},{"b64_json":"B"},{}]})"),
              (Lines{R"(image 0  "QUE=")", "end"}));
}

TEST(Images, AnAnswerThatIsNoneIsAFailure) {
    for (const char* body : {R"({"data":[]})", R"({"data":[{}]})", R"({"images":[]})"})
        EXPECT_EQ(decode({.prompt = "a"}, body).back(), "fault upstream_invalid_response") << body;
    EXPECT_EQ(decode({.prompt = "a", .form = ImageForm::base64}, R"({"data":[{"url":"https://x/y"}]})").back(),
              "fault upstream_invalid_response");
}

}  // namespace
}  // namespace breakwater
