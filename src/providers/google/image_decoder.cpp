#include "image_decoder.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/image_answer.hpp"
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
        const Element first = candidates->at(0);
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
        const std::string reason = finish_word(candidate).word;
        if (finish_class(reason) == FinishClass::filter) return filtered_answer(kPicture, reason);
        return invalid_answer(text.empty() ? "no picture" : "words and no picture");
    }
};

}  // namespace

std::unique_ptr<ResponseDecoder> make_imagen_decoder(const ImageRequest& request) {
    return std::make_unique<ImagenDecoder>(request);
}

std::unique_ptr<ResponseDecoder> make_gemini_image_decoder() {
    return std::make_unique<GeminiImageDecoder>();
}

}  // namespace breakwater::google
