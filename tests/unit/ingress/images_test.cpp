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
