#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "breakwater/ingress/forms.hpp"
#include "breakwater/ingress/images.hpp"

namespace breakwater {
namespace {

using ::testing::ElementsAre;

std::string field(std::string_view name, std::string_view value) {
    std::string part;
    append_form_field(part, "b", name, value);
    return part;
}

std::string file(std::string_view name, std::string_view content) {
    return "--b\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"; filename=\"a.png\"\r\n\r\n" +
           std::string(content) + "\r\n";
}

std::string end() {
    return form_end("b");
}

Result<ImageEditRequest> decode(std::string body) {
    ImageEditRequest request;
    if (auto done = decode_image_edit_request(body, "b", request); !done) return std::unexpected(done.error());
    return request;
}

TEST(ImageEdit, ReadsWhatItKnows) {
    const auto request = decode(
        field("model", "m") + field("prompt", "a hat") + field("n", "2") + field("size", "1x1") +
        field("response_format", "url") + field("input_fidelity", "high") + field("output_compression", "40") +
        field("user", "") + field("seed", "7") + field("seed", "8") + file("image", "A") + file("mask", "M") + end());
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->wanted.model, "m");
    EXPECT_EQ(request->wanted.prompt, "a hat");
    EXPECT_EQ(request->wanted.n, 2);
    EXPECT_EQ(request->wanted.size, "1x1");
    EXPECT_EQ(request->wanted.form, ImageForm::url);
    EXPECT_EQ(request->wanted.output_compression, 40);
    EXPECT_EQ(request->input_fidelity, "high");
    EXPECT_TRUE(request->has_mask());
    EXPECT_THAT(request->others, ElementsAre("seed"));
    std::vector<std::string> going_on;
    for (const auto& each : request->form.fields) going_on.push_back(each.name);
    EXPECT_THAT(going_on, ElementsAre("prompt", "n", "size", "response_format", "input_fidelity", "output_compression",
                                      "seed", "seed"));
}

TEST(ImageEdit, ReadsWhatIsSaidOfAStream) {
    const std::string start = field("model", "m") + field("prompt", "a hat") + file("image", "A");
    const auto request = decode(start + field("stream", "true") + field("partial_images", "2") + end());
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_TRUE(request->wanted.stream);
    EXPECT_EQ(request->wanted.drafts(), 2);
    EXPECT_FALSE(decode(start + field("stream", "False") + end())->wanted.stream);
}

TEST(ImageEdit, SaysWhatIsWrong) {
    const std::string model = field("model", "m");
    const std::string prompt = field("prompt", "p");
    const std::string image = file("image", "A");
    const std::vector<std::pair<std::string, std::string>> cases{
        {model + prompt, "image"},
        {prompt + image, "model"},
        {field("model", "") + prompt + image, "model"},
        {field("model", std::string(257, 'm')) + prompt + image, "model"},
        {model + image, "prompt"},
        {model + prompt + field("image", "text"), "image"},
        {model + prompt + file("image", ""), "image"},
        {model + prompt + image + field("mask", "text"), "mask"},
        {model + prompt + image + file("mask", "M") + file("mask", "M"), "mask"},
        {model + prompt + image + prompt, "prompt"},
        {model + file("prompt", "p") + image, "prompt"},
        {model + prompt + image + field("n", "0"), "n"},
        {model + prompt + image + field("n", "two"), "n"},
        {model + prompt + image + field("output_compression", "101"), "output_compression"},
        {model + prompt + image + field("response_format", "png"), "response_format"},
        {model + prompt + image + field("stream", "perhaps"), "stream"},
        {model + prompt + image + field("partial_images", "1"), "partial_images"},
        {model + prompt + image + field("stream", "true") + field("partial_images", "4"), "partial_images"},
        {model + prompt + image + field("stream", "true") + field("response_format", "url"), "response_format"},
    };
    for (const auto& [body, param] : cases) {
        const auto request = decode(body + end());
        ASSERT_FALSE(request) << body;
        EXPECT_EQ(request.error().param, param) << request.error().message;
    }
    EXPECT_EQ(decode(model + prompt + image).error().code, "invalid_form");
    std::string others;
    for (int i = 0; i < 65; ++i) others += field("x" + std::to_string(i), "1");
    EXPECT_EQ(decode(model + prompt + image + others + end()).error().code, "object_above_max_properties");
}

}  // namespace
}  // namespace breakwater
