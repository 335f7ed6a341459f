#include "providers/openai/image_edits.hpp"

#include <gtest/gtest.h>

#include "breakwater/wire/multipart.hpp"

namespace breakwater {
namespace {

std::string field(std::string_view name, std::string_view value) {
    std::string part;
    append_form_field(part, "b", name, value);
    return part;
}

FilesForm form_of(const std::vector<std::pair<std::string, std::string>>& fields) {
    FilesForm form{.boundary = "b"};
    for (const auto& [name, value] : fields) form.fields.push_back({.name = name, .part = field(name, value)});
    form.files.push_back({.name = "image", .at = 0, .bytes = 5});
    form.text = std::make_shared<const std::string>("FILES--b--\r\n");
    return form;
}

struct Encoded {
    std::string body;
    HttpRequest request;
    std::string adapted;
    std::string error;
    std::unique_ptr<ResponseDecoder> decoder{};
};

Encoded encode(const ImageEditRequest& request, const std::string& model, bool official = false,
               Support pictures = Support::unknown) {
    Deployment deployment{.name = "d", .provider = "p", .model = model};
    deployment.capabilities.set(Feature::image_input, pictures);
    Adaptations adapted;
    const Secret key;
    const EncodeContext context{
        .deployment = deployment, .credential = key, .mode = config::AdaptMode::adapt, .adapted = adapted};
    auto call = openai::encode_image_edit(request, context, {.official = official});
    if (!call) return {.body = {}, .request = {}, .adapted = {}, .error = call.error().message};
    std::string body = call->request.body + std::string(call->request.tail->view());
    return {.body = std::move(body),
            .request = std::move(call->request),
            .adapted = adapted.header_value(),
            .error = {},
            .decoder = std::move(call->decoder)};
}

TEST(ImageEdits, TheFormGoesOnWithTheDeploymentsModel) {
    const ImageEditRequest request{
        .wanted = {.form = ImageForm::base64},
        .form = form_of({{"prompt", "a hat"}, {"response_format", "b64_json"}, {"size", "1x1"}, {"seed", "7"}})};
    const Encoded encoded = encode(request, "some-flux");
    EXPECT_EQ(encoded.body, field("model", "some-flux") + field("prompt", "a hat") +
                                field("response_format", "b64_json") + field("size", "1x1") + field("seed", "7") +
                                "FILES--b--\r\n");
    EXPECT_EQ(encoded.request.headers.get("content-type"), "multipart/form-data; boundary=b");
    EXPECT_EQ(encoded.request.tail->text.get(), request.form.text.get()) << "files are not copied";
}

TEST(ImageEdits, OpenaisNewModelsAreNotAskedForAForm) {
    const ImageEditRequest request{.wanted = {.form = ImageForm::url},
                                   .form = form_of({{"prompt", "a"}, {"response_format", "url"}})};
    const Encoded encoded = encode(request, "gpt-image-1");
    EXPECT_EQ(encoded.body, field("model", "gpt-image-1") + field("prompt", "a") + "FILES--b--\r\n");
    EXPECT_EQ(encoded.adapted, "response_format=emulated");
}

TEST(ImageEdits, AStreamIsAskedForWhereThereIsOne) {
    const std::vector<std::pair<std::string, std::string>> fields{
        {"prompt", "a"}, {"stream", "true"}, {"partial_images", "2"}};
    const ImageEditRequest request{.wanted = {.stream = true, .partial_images = 2}, .form = form_of(fields)};
    const std::string asked = field("prompt", "a") + field("stream", "true") + field("partial_images", "2");
    EXPECT_EQ(encode(request, "gpt-image-1").body, field("model", "gpt-image-1") + asked + "FILES--b--\r\n");
    EXPECT_EQ(encode(request, "new", true).body, field("model", "new") + asked + "FILES--b--\r\n");
    for (const bool official : {true, false}) {
        const Encoded encoded = encode(request, "dall-e-2", official);
        EXPECT_EQ(encoded.body, field("model", "dall-e-2") + field("prompt", "a") +
                                    field("response_format", "b64_json") + "FILES--b--\r\n");
        EXPECT_EQ(encoded.adapted, "stream=emulated, partial_images=dropped");
    }
}

TEST(ImageEdits, WhoWasNotAskedForAStreamAnswersAsAWhole) {
    const ImageEditRequest request{.wanted = {.stream = true}, .form = form_of({{"stream", "true"}})};
    EXPECT_FALSE(encode(request, "gpt-image-1").decoder->comes_whole());
    EXPECT_TRUE(encode(request, "dall-e-2").decoder->comes_whole());
}

TEST(ImageEdits, AModelWithoutPicturesIsNotAsked) {
    const ImageEditRequest request{.form = form_of({{"prompt", "a"}})};
    EXPECT_NE(encode(request, "dall-e-3", true, Support::absent).error.find("edits none"), std::string::npos);
}

}  // namespace
}  // namespace breakwater
