#include "images.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "../shared/bad_answer.hpp"
#include "../shared/image_answer.hpp"
#include "../shared/operation_request.hpp"
#include "breakwater/base/strings.hpp"
#include "finish.hpp"
#include "media_answer.hpp"
#include "operation_decoder.hpp"

namespace breakwater::google {
namespace {

using Element = JsonReader::Element;

/// "image/png" in OpenAI's word.
std::string_view format_of(std::string_view media_type) noexcept {
    constexpr std::string_view kImage = "image/";
    return media_type.starts_with(kImage) ? media_type.substr(kImage.size()) : std::string_view();
}

constexpr Product kPicture{.name = "picture", .param = "prompt"};

class ImagenDecoder final : public OperationDecoder {
public:
    explicit ImagenDecoder(const ImageRequest& request)
        : OperationDecoder(kMediaAnswerBytesMax), count_(request.count()) {}

private:
    Result<void> read(Element root, EventSink& sink) override {
        const auto predictions = get_array(root, "predictions");
        if (!predictions) return invalid_answer("JSON without predictions");
        ImageAnswer answer(count_, ImageForm::any);
        std::string_view reason;
        for (const Element item : *predictions) {
            const auto bytes = get_string(item, "bytesBase64Encoded");
            if (!bytes) {
                reason = get_string(item, "raiFilteredReason").value_or(reason);
                continue;
            }
            const ImageEvent image{.base64 = *bytes,
                                   .format = format_of(get_string(item, "mimeType").value_or("")),
                                   .revised_prompt = get_string(item, "prompt").value_or("")};
            if (auto done = answer.add(image, sink); !done) return done;
        }
        if (!answer.empty()) return {};
        if (reason.empty()) return invalid_answer("neither a picture nor a reason");
        return filtered_answer(kPicture, reason);
    }
    std::size_t count_;
};

class GeminiImageDecoder final : public OperationDecoder {
public:
    GeminiImageDecoder() : OperationDecoder(kMediaAnswerBytesMax) {}

private:
    Result<void> read(Element root, EventSink& sink) override {
        const auto candidates = get_array(root, "candidates");
        if (!candidates || candidates->size() == 0) return without_candidates(root, kPicture);
        emit_start(root, sink);
        const Element first = candidates->at(0).value_unsafe();
        if (auto done = read_parts(first, sink); !done) return done;
        emit_usage(root, sink);
        return {};
    }

    /// One picture is asked for; models that think send drafts before it, as thoughts.
    static Result<void> read_parts(Element candidate, EventSink& sink) {
        const auto content = get_object(candidate, "content");
        const auto parts = content ? get_array(*content, "parts") : std::nullopt;
        ImageAnswer answer(1, ImageForm::any);
        std::string_view text;
        if (parts) {
            for (const Element part : *parts) {
                if (get_bool(part, "thought").value_or(false) || !answer.empty()) continue;
                text = get_string(part, "text").value_or(text);
                const auto data = get_object(part, "inlineData");
                if (!data) continue;
                const ImageEvent image{.base64 = get_string(*data, "data").value_or(""),
                                       .format = format_of(get_string(*data, "mimeType").value_or(""))};
                if (auto done = answer.add(image, sink); !done) return done;
            }
        }
        if (!answer.empty()) return {};
        const std::string reason = finish_word(candidate);
        if (finish_class(reason) == FinishClass::filter) return filtered_answer(kPicture, reason);
        return invalid_answer(text.empty() ? "no picture" : "words and no picture");
    }
};

constexpr std::size_t kImagenMost = 4;

struct Ratio {
    std::string_view word;
    double value;
};
constexpr std::array<Ratio, 5> kRatios{
    {{"1:1", 1.0}, {"4:3", 4.0 / 3}, {"3:4", 3.0 / 4}, {"16:9", 16.0 / 9}, {"9:16", 9.0 / 16}}};

/// The nearest shape that these models draw, for a size "1536x1024"; empty when it is none.
std::string_view ratio_of(std::string_view size) {
    const std::size_t times = size.find('x');
    if (times == std::string_view::npos) return {};
    const auto width = parse_u64(size.substr(0, times));
    const auto height = parse_u64(size.substr(times + 1));
    if (!width || !height || *width == 0 || *height == 0) return {};
    const double wanted = std::log(static_cast<double>(*width) / static_cast<double>(*height));
    const Ratio* best = kRatios.data();
    for (const Ratio& each : kRatios) {
        if (std::abs(std::log(each.value) - wanted) < std::abs(std::log(best->value) - wanted)) best = &each;
    }
    return best->word;
}

/// The shape to ask for, of what the client said about the size; empty leaves it to the model.
std::string_view wanted_ratio(const ImageRequest& request, EncodeNotes& notes) {
    if (request.size.empty() || request.size == "auto") return {};
    const std::string_view ratio = ratio_of(request.size);
    if (ratio.empty()) {
        notes.reject({ErrorKind::invalid_request, "size: expected auto or a size such as 1024x1024", "size"});
    } else {
        notes.change("size", AdaptAction::mapped);
    }
    return ratio;
}

void drop(std::string_view name, std::string_view value, EncodeNotes& notes) {
    if (!value.empty() && value != "auto") notes.change(std::string(name), AdaptAction::dropped);
}

void note_what_stays_behind(const ImageRequest& request, EncodeNotes& notes) {
    drop("quality", request.quality, notes);
    drop("style", request.style, notes);
    drop("background", request.background, notes);
    drop("moderation", request.moderation, notes);
    if (request.output_format != "png") drop("output_format", request.output_format, notes);
    if (request.output_compression) notes.change("output_compression", AdaptAction::dropped);
    if (!request.user.empty()) notes.record("user", AdaptAction::dropped);
    drop_extensions(request.extensions, {}, notes);
    note_bytes_only(request, notes);
}

void write_imagen(JsonWriter& json, const ImageRequest& request, std::string_view ratio) {
    json.begin_object().key("instances").begin_array().begin_object().field("prompt", request.prompt);
    json.end_object().end_array();
    // Without a count there would be four.
    json.key("parameters")
        .begin_object()
        .field("sampleCount", static_cast<std::int64_t>(std::min(request.count(), kImagenMost)));
    if (!ratio.empty()) json.field("aspectRatio", ratio);
    // Else a filtered picture is left out without a word, and looks like a fault of the service.
    json.field("includeRaiReason", true);
    json.end_object().end_object();
}

void write_gemini(JsonWriter& json, const ImageRequest& request, std::string_view ratio) {
    json.begin_object();
    write_prompt(json, request.prompt);
    json.key("generationConfig").begin_object().key("responseModalities").begin_array();
    json.string("TEXT").string("IMAGE").end_array();
    if (!ratio.empty()) json.key("imageConfig").begin_object().field("aspectRatio", ratio).end_object();
    json.end_object().end_object();
}

}  // namespace

Result<ProviderCall> encode_images(const ImageRequest& request, const EncodeContext& context,
                                   const Endpoint& endpoint) {
    EncodeNotes notes(context.mode, context.adapted);
    const std::string& model = context.deployment.model;
    const bool imagen = model.find("imagen") != std::string::npos;
    const std::size_t most = imagen ? kImagenMost : 1;
    if (request.count() > most)
        notes.lose("n", "The model " + model + " makes at most " + std::to_string(most) + " pictures in a call.");
    note_what_stays_behind(request, notes);
    const std::string_view ratio = wanted_ratio(request, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());

    ProviderCall call{.request = json_post(model_target(model, imagen ? ":predict" : ":generateContent", endpoint))};
    add_access(call.request.headers, context, endpoint);
    JsonWriter json(call.request.body);
    if (imagen) {
        write_imagen(json, request, ratio);
        call.decoder = std::make_unique<ImagenDecoder>(request);
    } else {
        write_gemini(json, request, ratio);
        call.decoder = std::make_unique<GeminiImageDecoder>();
    }
    return call;
}

}  // namespace breakwater::google
