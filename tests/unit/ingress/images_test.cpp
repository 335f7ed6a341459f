#include "breakwater/ingress/images.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include <nlohmann/json.hpp>

namespace breakwater {
namespace {

using nlohmann::json;

json answer(ImageForm form, const std::vector<StreamEvent>& events) {
    const auto encoder = make_image_encoder({.created = 7}, {.form = form});
    for (const StreamEvent& event : events) encoder->on_event(event);
    encoder->on_event(StreamEnd{});
    return json::parse(encoder->out());
}

TEST(ImageEncoder, WritesPicturesAndWhatIsSaidOfAll) {
    const json whole =
        answer(ImageForm::any,
               {ImageEvent{.index = 0, .base64 = "QUE=", .format = "webp", .revised_prompt = "p", .size = "1x1"},
                ImageEvent{.index = 1, .url = "https://x/y", .format = "webp"},
                UsageEvent{{.input_uncached = 3, .output = 5}}});
    EXPECT_EQ(whole, json::parse(R"({"created":7,"output_format":"webp","size":"1x1",
        "data":[{"b64_json":"QUE=","revised_prompt":"p"},{"url":"https://x/y"}],
        "usage":{"input_tokens":3,"output_tokens":5,"total_tokens":8,"input_tokens_details":{"text_tokens":3,"image_tokens":0}}})"));
}

TEST(ImageEncoder, AHugeTotalStaysANumber) {
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    const json whole =
        answer(ImageForm::any, {ImageEvent{.base64 = "QUE="}, UsageEvent{{.input_uncached = kMax, .output = kMax}}});
    EXPECT_EQ(whole["usage"]["total_tokens"], kMax);
}

TEST(ImageEncoder, WhoWantsAddressesGetsThem) {
    const json whole = answer(ImageForm::url, {ImageEvent{.base64 = "QUE=", .format = "jpeg"}});
    EXPECT_EQ(whole["data"], json::parse(R"([{"url":"data:image/jpeg;base64,QUE="}])"));
    EXPECT_FALSE(whole.contains("usage"));
}

TEST(ImageEncoder, AnAddressHasTheTypeOfItsBytes) {
    const auto url = [](std::string_view base64, std::string_view format) {
        return answer(ImageForm::url, {ImageEvent{.base64 = base64, .format = format}})["data"][0]["url"];
    };
    EXPECT_EQ(url("iVBORw0KGgo=", "jpeg"), "data:image/png;base64,iVBORw0KGgo=");
    EXPECT_EQ(url("QUE=", "svg+xml,<script>"), "data:image/png;base64,QUE=");
    EXPECT_EQ(url("QUE=", "webp"), "data:image/webp;base64,QUE=");
    EXPECT_EQ(url("Q\"\n", ""), "data:image/png;base64,Q\"\n");
}

std::string stream(const std::vector<StreamEvent>& events, bool edit = false) {
    const ImageRequest wanted{.stream = true};
    const auto encoder =
        edit ? make_image_edit_encoder({.created = 7}, {.wanted = wanted}) : make_image_encoder({.created = 7}, wanted);
    for (const StreamEvent& event : events) encoder->on_event(event);
    return encoder->out();
}

TEST(ImageEventEncoder, WritesDraftsAndPictures) {
    EXPECT_EQ(stream({ImageDraftEvent{.index = 1, .base64 = "REE=", .format = "png", .size = "1x1"},
                      ImageEvent{.base64 = "QUE=", .format = "png", .quality = "low"},
                      UsageEvent{{.input_uncached = 3, .output = 5}}, StreamEnd{}}),
              "event: image_generation.partial_image\n"
              "data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"REE=\",\"created_at\":7,\"size\":"
              "\"1x1\",\"output_format\":\"png\",\"partial_image_index\":1}\n\n"
              "event: image_generation.completed\n"
              "data: {\"type\":\"image_generation.completed\",\"b64_json\":\"QUE=\",\"created_at\":7,\"quality\":"
              "\"low\",\"output_format\":\"png\",\"usage\":{\"input_tokens\":3,\"output_tokens\":5,\"total_tokens\":8,"
              "\"input_tokens_details\":{\"text_tokens\":3,\"image_tokens\":0}}}\n\n");
}

TEST(ImageEventEncoder, UsageStandsInTheLastPicturesEvent) {
    const std::string mixed = stream({ImageEvent{.base64 = "A"}, ImageDraftEvent{.base64 = "B"}});
    ASSERT_TRUE(mixed.contains("\"A\"") && mixed.contains("\"B\"")) << mixed;
    EXPECT_LT(mixed.find("\"A\""), mixed.find("\"B\""));
    EXPECT_EQ(stream({ImageEvent{.index = 0, .base64 = "A"}, ImageEvent{.index = 1, .base64 = "B"},
                      UsageEvent{{.input_uncached = 3, .output = 5}}, StreamEnd{}},
                     true),
              "event: image_edit.completed\n"
              "data: {\"type\":\"image_edit.completed\",\"b64_json\":\"A\",\"created_at\":7,\"usage\":null}\n\n"
              "event: image_edit.completed\n"
              "data: {\"type\":\"image_edit.completed\",\"b64_json\":\"B\",\"created_at\":7,\"usage\":{"
              "\"input_tokens\":3,\"output_tokens\":5,\"total_tokens\":8,\"input_tokens_details\":{\"text_tokens\":"
              "null,\"image_tokens\":null}}}\n\n");
}

TEST(ImageEventEncoder, AFaultComesBehindWhatIsThere) {
    const std::string out =
        stream({ImageEvent{.base64 = "A"}, StreamFault{Error(ErrorKind::upstream_truncated, "cut")}});
    const std::size_t picture = out.find("\"b64_json\":\"A\"");
    const std::size_t fault = out.find("event: error\ndata: {\"type\":\"error\",\"error\":{");
    ASSERT_NE(picture, std::string::npos);
    ASSERT_NE(fault, std::string::npos);
    EXPECT_LT(picture, fault);
}

TEST(ImageEncoder, TokensOfPicturesAreToldFromThoseOfText) {
    const auto usage_of = [](const Usage& usage) {
        const auto encoder = make_image_edit_encoder({.created = 7}, {});
        encoder->on_event(ImageEvent{.base64 = "QUE="});
        encoder->on_event(UsageEvent{usage});
        encoder->on_event(StreamEnd{});
        return json::parse(encoder->out())["usage"]["input_tokens_details"];
    };
    EXPECT_EQ(usage_of({.input_uncached = 30, .output = 5, .input_image = 20}),
              json::parse(R"({"text_tokens":10,"image_tokens":20})"));
    EXPECT_EQ(usage_of({.input_uncached = 30, .output = 5}),
              json::parse(R"({"text_tokens":null,"image_tokens":null})"));
}

}  // namespace
}  // namespace breakwater
