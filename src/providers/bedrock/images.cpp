#include "images.hpp"

#include <algorithm>

#include "../shared/bad_answer.hpp"
#include "../shared/image_answer.hpp"
#include "../shared/image_request.hpp"
#include "invoke_decoder.hpp"
#include "request.hpp"

namespace breakwater::bedrock {
namespace {

constexpr std::size_t kMost = 5;

class ImageDecoder final : public InvokeDecoder {
public:
    explicit ImageDecoder(const ImageRequest& request) : InvokeDecoder(kMediaAnswerBytesMax), count_(request.count()) {}

private:
    /// The member says why pictures are missing, which need not be all of them.
    [[nodiscard]] bool is_error(JsonReader::Element /*root*/) const override { return false; }

    Result<void> read(JsonReader::Element root, EventSink& sink) override {
        ImageAnswer answer(count_, ImageForm::any);
        if (const auto images = get_array(root, "images")) {
            for (const JsonReader::Element item : *images) {
                std::string_view bytes;
                if (!item.get(bytes)) return invalid_answer("a picture that is no text");
                if (auto added = answer.add({.base64 = bytes, .format = "png"}, sink); !added) return added;
            }
        }
        if (answer.empty()) return without_picture(get_string(root, "error").value_or(""));
        return {};
    }

    static std::unexpected<Error> without_picture(std::string_view reason) {
        if (reason.empty()) return invalid_answer("neither a picture nor a reason");
        return fail(ErrorKind::content_policy,
                    "The provider made no picture: " + sanitise_provider_text(reason, 200) + ".", "prompt");
    }

    std::size_t count_;
};

/// Amazon's word; empty leaves it to the model.
std::string_view wanted_quality(const ImageRequest& request, EncodeNotes& notes) {
    const std::string_view quality = request.quality;
    if (quality.empty() || quality == "auto") return {};
    if (quality == "standard" || quality == "premium") return quality;
    notes.change("quality", AdaptAction::mapped);
    return quality == "hd" || quality == "high" ? "premium" : "standard";
}

/// What a body has beside its pictures and their prompt, roughly.
constexpr std::size_t kAround = 512;

struct Config {
    std::optional<ImageSize> size;
    std::string_view quality;
};

/// What is asked for, once the client knows what it does not get.
Config read_config(const ImageRequest& request, const EncodeContext& context, EncodeNotes& notes) {
    bound_count(request, context.deployment.model, kMost, notes);
    note_plain_pictures(request, notes);
    return {.size = wanted_size(request, notes), .quality = wanted_quality(request, notes)};
}

void write_config(JsonWriter& json, const ImageRequest& request, const Config& config) {
    json.key("imageGenerationConfig").begin_object();
    json.field("numberOfImages", static_cast<std::int64_t>(std::min(request.count(), kMost)));
    if (config.size) json.field("width", config.size->width).field("height", config.size->height);
    if (!config.quality.empty()) json.field("quality", config.quality);
    json.end_object();
}

void finish(ProviderCall& call, const ImageRequest& request, const EncodeContext& context, const Endpoint& endpoint) {
    call.request.method = "POST";
    call.request.target = invoke_target(context.deployment.model, false);
    write_headers(call.request, context, endpoint, "application/json");
    call.decoder = std::make_unique<ImageDecoder>(request);
}

void note_edit(const ImageEditRequest& request, EncodeNotes& notes) {
    if (request.has_mask())
        notes.lose("mask",
                   "Amazon's models read masks of black and white, and OpenAI's are transparent: say in the prompt "
                   "what of the picture is to change.");
    note_plain_edit(request, notes);
}

void write_pictures(JsonWriter& json, const FilesForm& form) {
    json.key("images").begin_array();
    for (const FilesForm::File& file : form.files) {
        if (is_picture_field(file.name)) write_base64(json, form.content(file));
    }
    json.end_array();
}

}  // namespace

bool draws(const Deployment& deployment) noexcept {
    for (const std::string_view name : {std::string_view(deployment.model), std::string_view(deployment.facts.id)}) {
        if (name.find("nova-canvas") != std::string_view::npos) return true;
        if (name.find("titan-image") != std::string_view::npos) return true;
    }
    return false;
}

Result<ProviderCall> encode_images(const ImageRequest& request, const EncodeContext& context,
                                   const Endpoint& endpoint) {
    EncodeNotes notes(context.mode, context.adapted);
    const Config config = read_config(request, context, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    ProviderCall call;
    JsonWriter json(call.request.body);
    json.begin_object().field("taskType", "TEXT_IMAGE");
    json.key("textToImageParams").begin_object().field("text", request.prompt).end_object();
    write_config(json, request, config);
    json.end_object();
    finish(call, request, context, endpoint);
    return call;
}

Result<ProviderCall> encode_image_edit(const ImageEditRequest& request, const EncodeContext& context,
                                       const Endpoint& endpoint) {
    EncodeNotes notes(context.mode, context.adapted);
    const Config config = read_config(request.wanted, context, notes);
    note_edit(request, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    ProviderCall call;
    call.request.body.reserve(request.form.text->size() / 3 * 4 + request.wanted.prompt.size() + kAround);
    JsonWriter json(call.request.body);
    json.begin_object().field("taskType", "IMAGE_VARIATION");
    json.key("imageVariationParams").begin_object().field("text", request.wanted.prompt);
    write_pictures(json, request.form);
    json.end_object();
    write_config(json, request.wanted, config);
    json.end_object();
    finish(call, request.wanted, context, endpoint);
    return call;
}

}  // namespace breakwater::bedrock
