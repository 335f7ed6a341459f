#include "providers/google/images.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "event_log.hpp"

namespace breakwater {
namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

struct Encoded {
    std::string target;
    json body;
    std::string adapted;
    std::string error;
    std::unique_ptr<ResponseDecoder> decoder;
};

Encoded encode(const ImageRequest& request, std::string model, const google::Endpoint& endpoint = {},
               config::AdaptMode mode = config::AdaptMode::adapt) {
    const Deployment deployment{.name = "d", .provider = "p", .model = std::move(model)};
    Adaptations adapted;
    const Secret key;
    const EncodeContext context{.deployment = deployment, .credential = key, .mode = mode, .adapted = adapted};
    auto call = google::encode_images(request, context, endpoint);
    if (!call) return {.error = call.error().message};
    return {.target = call->request.target,
            .body = json::parse(call->request.body),
            .adapted = adapted.header_value(),
            .decoder = std::move(call->decoder)};
}

Lines decode(const std::string& model, const std::string& body) {
    const Encoded encoded = encode({.prompt = "a cat", .n = model == "imagen-4" ? 2 : 1}, model);
    test::EventLog log;
    EXPECT_TRUE(encoded.decoder->on_head({.status = 200}));
    Result<void> done = encoded.decoder->on_body(body, log);
    if (done) done = encoded.decoder->on_end(log);
    if (!done) log.lines.push_back("fault " + std::string(done.error().code_or_default()));
    return log.lines;
}

TEST(GoogleImages, ImagenPredicts) {
    const Encoded encoded = encode({.prompt = "a cat", .n = 2, .size = "1792x1024"}, "imagen-4");
    EXPECT_EQ(encoded.target, "/v1beta/models/imagen-4:predict");
    EXPECT_EQ(encoded.body,
              (json{{"instances", {{{"prompt", "a cat"}}}},
                    {"parameters", {{"sampleCount", 2}, {"aspectRatio", "16:9"}, {"includeRaiReason", true}}}}));
    EXPECT_EQ(encoded.adapted, "size=mapped");
    EXPECT_EQ(encode({.prompt = "a"}, "imagen-4", {.vertex_models = "/v1/m/"}).target, "/v1/m/imagen-4:predict");
}

TEST(GoogleImages, GeminiGenerates) {
    const Encoded encoded = encode({.prompt = "a cat", .size = "1024x1536"}, "gemini-image");
    EXPECT_EQ(encoded.target, "/v1beta/models/gemini-image:generateContent");
    EXPECT_EQ(encoded.body["contents"], json::parse(R"([{"role":"user","parts":[{"text":"a cat"}]}])"));
    EXPECT_EQ(encoded.body["generationConfig"],
              json::parse(R"({"responseModalities":["TEXT","IMAGE"],"imageConfig":{"aspectRatio":"3:4"}})"));
    EXPECT_FALSE(encode({.prompt = "a"}, "gemini-image").body["generationConfig"].contains("imageConfig"));
}

TEST(GoogleImages, WhatTheApiLacksIsSaid) {
    const ImageRequest request{.prompt = "a",
                               .quality = "high",
                               .style = "vivid",
                               .output_format = "webp",
                               .user = "u",
                               .form = ImageForm::url};
    EXPECT_EQ(encode(request, "imagen-4").adapted,
              "quality=dropped, style=dropped, output_format=dropped, user=dropped, response_format=emulated");
    EXPECT_EQ(encode({.prompt = "a", .quality = "auto", .output_format = "png"}, "imagen-4").adapted, "");
    EXPECT_NE(encode({.prompt = "a", .n = 2}, "gemini-image").error.find("at most 1"), std::string::npos);
    EXPECT_NE(encode({.prompt = "a", .n = 5}, "imagen-4").error.find("at most 4"), std::string::npos);
    EXPECT_EQ(
        encode({.prompt = "a", .n = 5}, "imagen-4", {}, config::AdaptMode::drop).body["parameters"]["sampleCount"], 4);
    EXPECT_NE(encode({.prompt = "a", .size = "large"}, "imagen-4").error.find("1024x1024"), std::string::npos);
    EXPECT_NE(encode({.prompt = "a", .size = "1x1"}, "imagen-4", {}, config::AdaptMode::strict).error, "");
}

TEST(GoogleImages, AStreamIsAnsweredAsAWhole) {
    for (const char* model : {"imagen-4", "gemini-image"})
        EXPECT_TRUE(encode({.prompt = "a", .stream = true}, model).decoder->comes_whole()) << model;
}

TEST(GoogleImages, PredictionsAreRead) {
    EXPECT_EQ(decode("imagen-4", R"({"predictions":[{"bytesBase64Encoded":"QUE=","mimeType":"image/png","prompt":"p"},
                                    {"raiFilteredReason":"no"}]})"),
              (Lines{R"(image 0 png "QUE=" "p")", "end"}));
    EXPECT_EQ(decode("imagen-4", R"({"predictions":[{"raiFilteredReason":"violence"}]})").back(),
              "fault content_policy_violation");
    for (const char* body : {"{}", R"({"predictions":[]})", R"({"predictions":[{"mimeType":"image/png"}]})"})
        EXPECT_EQ(decode("imagen-4", body).back(), "fault upstream_invalid_response") << body;
}

TEST(GoogleImages, PicturesAmongPartsAreRead) {
    EXPECT_EQ(decode("gemini-image", R"({"responseId":"r","modelVersion":"m","candidates":[{"content":{"parts":[
        {"inlineData":{"mimeType":"image/png","data":"draft"},"thought":true},{"text":"Here it is"},
        {"inlineData":{"mimeType":"image/jpeg","data":"QUE="}}]},"finishReason":"STOP"}],
        "usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":1290,"totalTokenCount":1294}})"),
              (Lines{R"(start "r" "m")", R"(image 0 jpeg "QUE=")", "usage input=4 output=1290", "end"}));
    EXPECT_EQ(decode("gemini-image", R"({"candidates":[{"finishReason":"IMAGE_SAFETY"}]})").back(),
              "fault content_policy_violation");
    EXPECT_EQ(decode("gemini-image", R"({"promptFeedback":{"blockReason":"SAFETY"}})").back(),
              "fault content_policy_violation");
    EXPECT_EQ(decode("gemini-image", "{}").back(), "fault upstream_invalid_response");
    EXPECT_EQ(decode("gemini-image", R"({"candidates":[{"content":{"parts":[{"text":"I cannot"}]}}]})").back(),
              "fault upstream_invalid_response");
}

}  // namespace
}  // namespace breakwater
