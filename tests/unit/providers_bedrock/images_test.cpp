#include "providers/bedrock/images.hpp"

#include "breakwater/base/base64.hpp"
#include "event_log.hpp"
#include "support.hpp"

namespace breakwater::testing_bedrock {
namespace {

using Lines = std::vector<std::string>;

const std::string kCanvas = "amazon.nova-canvas-v1:0";

struct Encoded {
    HttpRequest request{};
    json body{};
    std::string adapted{};
    std::optional<Error> error{};
    std::unique_ptr<ResponseDecoder> decoder{};
};

template <class Request>
Encoded encode(const Request& request, config::AdaptMode mode = config::AdaptMode::adapt) {
    Rig rig(kCanvas);
    const EncodeContext context{.deployment = rig.deployment,
                                .credential = rig.key,
                                .now = rig.now,
                                .mode = mode,
                                .adapted = rig.adapted,
                                .aws = &rig.settings.aws.keys};
    const std::unique_ptr<Provider> provider = bedrock_module().make(rig.settings);
    Result<ProviderCall> call;
    if constexpr (std::same_as<Request, ImageRequest>) {
        call = provider->draw(request, context);
    } else {
        call = provider->edit(request, context);
    }
    if (!call) return {.error = call.error()};
    return {.request = call->request,
            .body = json::parse(call->request.body),
            .adapted = rig.adapted.header_value(),
            .decoder = std::move(call->decoder)};
}

ImageEditRequest edit_of(std::initializer_list<std::string> names) {
    ImageEditRequest request{.wanted = {.prompt = "a hat"}};
    for (const std::string& name : names) request.form.files.push_back({.name = name, .at = 0, .bytes = 4});
    request.form.text = std::make_shared<const std::string>("\x89PNG and so on");
    return request;
}

Lines decode(const std::string& body, int status = 200, std::int64_t n = 1) {
    const Encoded encoded = encode(ImageRequest{.prompt = "a cat", .n = n});
    test::EventLog log;
    Result<void> done = encoded.decoder->on_head({.status = status});
    if (done) done = encoded.decoder->on_body(body, log);
    if (done) done = encoded.decoder->on_end(log);
    if (!done) log.lines.push_back("fault " + std::string(done.error().code_or_default()));
    return log.lines;
}

TEST(BedrockImages, ATextBecomesPictures) {
    const Encoded encoded = encode(ImageRequest{.prompt = "a cat", .n = 2, .size = "1280x720", .quality = "high"});
    EXPECT_EQ(encoded.request.target, "/model/amazon.nova-canvas-v1%3A0/invoke");
    EXPECT_TRUE(encoded.request.headers.find("authorization"));
    EXPECT_EQ(encoded.body, json::parse(R"({"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a cat"},
        "imageGenerationConfig":{"numberOfImages":2,"width":1280,"height":720,"quality":"premium"}})"));
    EXPECT_EQ(encoded.adapted, "quality=mapped");
    EXPECT_EQ(encode(ImageRequest{.prompt = "a", .size = "auto", .quality = "auto"}).body["imageGenerationConfig"],
              json::parse(R"({"numberOfImages":1})"));
}

TEST(BedrockImages, PicturesBecomeVariations) {
    const Encoded encoded = encode(edit_of({"image[]", "image[]"}));
    const std::string picture = encode_base64("\x89PNG");
    EXPECT_EQ(encoded.body, (json{{"taskType", "IMAGE_VARIATION"},
                                  {"imageVariationParams", {{"text", "a hat"}, {"images", {picture, picture}}}},
                                  {"imageGenerationConfig", {{"numberOfImages", 1}}}}));
}

TEST(BedrockImages, AStreamIsAnsweredAsAWhole) {
    EXPECT_TRUE(encode(ImageRequest{.prompt = "a", .stream = true}).decoder->comes_whole());
}

TEST(BedrockImages, WhatTheApiLacksIsSaid) {
    EXPECT_EQ(encode(edit_of({"image", "mask"})).error->param, "mask");
    EXPECT_EQ(encode(edit_of({"image", "mask"}), config::AdaptMode::drop).adapted, "mask=dropped");
    EXPECT_EQ(encode(ImageRequest{.prompt = "a", .n = 6}).error->param, "n");
    EXPECT_EQ(encode(ImageRequest{.prompt = "a", .size = "large"}).error->param, "size");
    EXPECT_EQ(encode(ImageRequest{.prompt = "a", .style = "vivid", .form = ImageForm::url, .stream = true}).adapted,
              "style=dropped, response_format=emulated, stream=emulated");
}

TEST(BedrockImages, OtherModelsHaveBodiesOfTheirOwn) {
    Rig rig("stability.sd3-5-large-v1:0");
    const EncodeContext context{
        .deployment = rig.deployment, .credential = rig.key, .mode = rig.mode, .adapted = rig.adapted};
    const std::unique_ptr<Provider> provider = bedrock_module().make(rig.settings);
    EXPECT_EQ(provider->draw({.prompt = "a"}, context).error().kind, ErrorKind::unsupported_parameter);
    EXPECT_EQ(provider->edit(edit_of({"image"}), context).error().kind, ErrorKind::unsupported_parameter);
}

TEST(BedrockImages, AnswersAreRead) {
    EXPECT_EQ(decode(R"({"images":["QUE=","QkI="],"error":null})", 200, 2),
              (Lines{R"(image 0 png "QUE=")", R"(image 1 png "QkI=")", "end"}));
    EXPECT_EQ(decode(R"({"images":["QUE="],"error":"One was held back."})", 200, 2),
              (Lines{R"(image 0 png "QUE=")", "end"}));
    EXPECT_EQ(decode(R"({"images":[],"error":"All were held back"})").back(), "fault content_policy_violation");
    EXPECT_EQ(decode(R"({"error":"All were held back"})").back(), "fault content_policy_violation");
    for (const char* body : {"{}", R"({"images":[]})", R"({"images":[7]})", R"({"images":[""]})"})
        EXPECT_EQ(decode(body).back(), "fault upstream_invalid_response") << body;
}

}  // namespace
}  // namespace breakwater::testing_bedrock
