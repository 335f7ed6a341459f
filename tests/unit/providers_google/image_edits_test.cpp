#include "providers/google/image_edits.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "breakwater/base/base64.hpp"

namespace breakwater {
namespace {

using nlohmann::json;

const std::string kPng = "\x89PNG\r\n\x1a\n and more";
const std::string kJpeg = "\xff\xd8\xff\xe0 and more";

ImageEditRequest request_of(const std::vector<std::pair<std::string, std::string>>& files) {
    ImageEditRequest request{.wanted = {.prompt = "a hat"}};
    std::string text;
    for (const auto& [name, content] : files) {
        request.form.files.push_back({.name = name, .at = text.size(), .bytes = content.size()});
        text += content + "|";
    }
    request.form.text = std::make_shared<const std::string>(std::move(text));
    return request;
}

struct Encoded {
    std::string target;
    json body;
    std::string adapted;
    std::optional<Error> error;
};

Encoded encode(const ImageEditRequest& request, std::string model = "gemini-image",
               config::AdaptMode mode = config::AdaptMode::adapt) {
    const Deployment deployment{.name = "d", .provider = "p", .model = std::move(model)};
    Adaptations adapted;
    const Secret key;
    const EncodeContext context{.deployment = deployment, .credential = key, .mode = mode, .adapted = adapted};
    auto call = google::encode_image_edit(request, context, {});
    if (!call) return {.target = {}, .body = {}, .adapted = {}, .error = call.error()};
    return {.target = call->request.target,
            .body = json::parse(call->request.body),
            .adapted = adapted.header_value(),
            .error = {}};
}

TEST(GoogleImageEdits, PicturesStandBeforeTheirPrompt) {
    ImageEditRequest request = request_of({{"image[]", kPng}, {"image[]", kJpeg}});
    request.wanted.size = "1024x1536";
    const Encoded encoded = encode(request);
    EXPECT_EQ(encoded.target, "/v1beta/models/gemini-image:generateContent");
    const json parts = {{{"inlineData", {{"mimeType", "image/png"}, {"data", encode_base64(kPng)}}}},
                        {{"inlineData", {{"mimeType", "image/jpeg"}, {"data", encode_base64(kJpeg)}}}},
                        {{"text", "a hat"}}};
    EXPECT_EQ(encoded.body["contents"], (json{{{"role", "user"}, {"parts", parts}}}));
    EXPECT_EQ(encoded.body["generationConfig"],
              json::parse(R"({"responseModalities":["TEXT","IMAGE"],"imageConfig":{"aspectRatio":"3:4"}})"));
    EXPECT_EQ(encoded.adapted, "size=mapped");
}

TEST(GoogleImageEdits, WhatTheApiLacksIsSaid) {
    ImageEditRequest request = request_of({{"image", kPng}});
    request.input_fidelity = "high";
    request.others = {"seed"};
    request.wanted.stream = true;
    request.wanted.partial_images = 2;
    EXPECT_EQ(encode(request).adapted, "stream=emulated, partial_images=dropped, input_fidelity=dropped, seed=dropped");
    EXPECT_EQ(encode(request, "gemini-image", config::AdaptMode::strict).error->param, "partial_images");
}

TEST(GoogleImageEdits, WhatCannotBeEditedIsRefused) {
    const ImageEditRequest masked = request_of({{"image", kPng}, {"mask", kPng}});
    EXPECT_EQ(encode(masked).error->param, "mask");
    const Encoded dropped = encode(masked, "gemini-image", config::AdaptMode::drop);
    EXPECT_EQ(dropped.adapted, "mask=dropped");
    EXPECT_EQ(dropped.body["contents"][0]["parts"].size(), 2u);
    EXPECT_EQ(encode(request_of({{"image", "no picture"}})).error->param, "image");
    EXPECT_EQ(encode(request_of({{"image", kPng}}), "imagen-4").error->param, "model");
    ImageEditRequest two = request_of({{"image", kPng}});
    two.wanted.n = 2;
    EXPECT_EQ(encode(two).error->param, "n");
}

}  // namespace
}  // namespace breakwater
