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
    auto call = openai::encode_images(request, context, {});
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

constexpr std::string_view kEvents =
    "event: image_generation.partial_image\ndata: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"REE=\","
    "\"partial_image_index\":1,\"output_format\":\"png\"}\n\n"
    "event: image_generation.completed\ndata: {\"type\":\"image_generation.completed\",\"b64_json\":\"QUE=\","
    "\"output_format\":\"png\",\"usage\":{\"input_tokens\":3,\"output_tokens\":5}}\n\n";

Lines decode_stream(const ImageRequest& request, std::string_view body, std::size_t piece = 1u << 20,
                    std::string_view type = "text/event-stream") {
    const Encoded encoded = encode(request, "gpt-image-1");
    test::EventLog log;
    HttpResponseHead head;
    head.headers.add("content-type", type);
    Result<void> done = encoded.decoder->on_head(head);
    for (std::size_t at = 0; done && at < body.size(); at += piece)
        done = encoded.decoder->on_body(body.substr(at, piece), log);
    if (done) done = encoded.decoder->on_end(log);
    if (!done) log.lines.push_back("fault " + std::string(done.error().code_or_default()));
    return log.lines;
}

TEST(ImageStream, IsAskedForWhereThereIsOne) {
    const ImageRequest request{.prompt = "a", .stream = true, .partial_images = 2};
    EXPECT_EQ(encode(request, "gpt-image-1").body,
              (json{{"model", "gpt-image-1"}, {"prompt", "a"}, {"stream", true}, {"partial_images", 2}}));
    const Encoded whole = encode(request, "some-flux");
    EXPECT_EQ(whole.body, (json{{"model", "some-flux"}, {"prompt", "a"}, {"response_format", "b64_json"}}));
    EXPECT_EQ(whole.adapted, "stream=emulated, partial_images=dropped");
}

TEST(ImageStream, WhoWasNotAskedForOneAnswersAsAWhole) {
    const ImageRequest request{.prompt = "a", .stream = true};
    EXPECT_FALSE(encode(request, "gpt-image-1").decoder->comes_whole());
    EXPECT_TRUE(encode(request, "dall-e-3").decoder->comes_whole());
    EXPECT_TRUE(encode({.prompt = "a"}, "gpt-image-1").decoder->comes_whole());
}

TEST(ImageStream, EventsAreReadWhereverTheyAreSplit) {
    const Lines expected{R"(draft 1 png "REE=")", R"(image 0 png "QUE=")", "usage input=3 output=5", "end"};
    for (std::size_t piece = 1; piece < 70; ++piece)
        EXPECT_EQ(decode_stream({.prompt = "a", .stream = true}, kEvents, piece), expected) << piece;
}

TEST(ImageStream, PicturesAreCountedTogether) {
    const std::string two = std::string(kEvents) + std::string(kEvents);
    EXPECT_EQ(decode_stream({.prompt = "a", .n = 2, .stream = true}, two).back(), "end");
    EXPECT_EQ(decode_stream({.prompt = "a", .n = 2, .stream = true}, two)[4], "usage input=6 output=10");
    // Fewer than were asked for, and more.
    EXPECT_EQ(decode_stream({.prompt = "a", .n = 3, .stream = true}, two).back(), "end");
    EXPECT_EQ(decode_stream({.prompt = "a", .stream = true}, two).size(), 4u);
}

TEST(ImageStream, AWholeAnswerIsReadToo) {
    EXPECT_EQ(
        decode_stream({.prompt = "a", .stream = true}, R"({"data":[{"b64_json":"QUE="}]})", 10, "application/json"),
        (Lines{R"(image 0  "QUE=")", "end"}));
    EXPECT_EQ(
        decode_stream({.prompt = "a", .stream = true}, R"({"data":[{"url":"https://x/y"}]})", 10, "application/json"),
        (Lines{"fault upstream_invalid_response"}));
}

TEST(ImageStream, WhatIsNoneIsAFailure) {
    const auto end_of = [](std::string_view body) {
        return decode_stream({.prompt = "a", .stream = true}, body).back();
    };
    EXPECT_EQ(end_of(kEvents.substr(0, kEvents.find("event: image_generation.completed"))), "fault upstream_truncated");
    EXPECT_EQ(end_of(""), "fault upstream_truncated");
    EXPECT_EQ(end_of("data: [1]\n\n"), "fault upstream_invalid_response");
    EXPECT_EQ(end_of("data: {\"type\":\"image_generation.completed\"}\n\n"), "fault upstream_invalid_response");
    EXPECT_EQ(end_of("data: {\"type\":\"image_generation.partial_image\"}\n\n"), "fault upstream_invalid_response");
    EXPECT_EQ(end_of("event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":\"no\",\"code\":"
                     "\"moderation_blocked\"}}\n\n"),
              "fault content_policy_violation");
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
