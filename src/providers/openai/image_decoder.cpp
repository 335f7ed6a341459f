#include "image_decoder.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/image_answer.hpp"
#include "../shared/whole_answer.hpp"
#include "usage.hpp"

namespace breakwater::openai {
namespace {

using Element = JsonReader::Element;

class ImageDecoder final : public WholeAnswerDecoder {
public:
    explicit ImageDecoder(const ImageRequest& request)
        : WholeAnswerDecoder(kMediaAnswerBytesMax), count_(request.count()), form_(request.form) {}

private:
    Result<void> read(Element root, EventSink& sink) override {
        const auto data = get_array(root, "data");
        if (!data) return invalid_answer("JSON without a list of pictures");
        ImageEvent event{.format = get_string(root, "output_format").value_or(""),
                         .size = get_string(root, "size").value_or(""),
                         .quality = get_string(root, "quality").value_or(""),
                         .background = get_string(root, "background").value_or("")};
        ImageAnswer answer(count_, form_);
        for (const Element item : *data) {
            event.base64 = get_string(item, "b64_json").value_or("");
            event.url = get_string(item, "url").value_or("");
            event.revised_prompt = get_string(item, "revised_prompt").value_or("");
            if (auto done = answer.add(event, sink); !done) return done;
        }
        if (auto done = answer.end(); !done) return done;
        if (const auto counts = get_object(root, "usage")) {
            if (const auto usage = read_media_usage(*counts)) sink.on_event(UsageEvent{*usage});
        }
        return {};
    }

    std::size_t count_;
    ImageForm form_;
};

}  // namespace

std::unique_ptr<ResponseDecoder> make_image_decoder(const ImageRequest& request) {
    return std::make_unique<ImageDecoder>(request);
}

}  // namespace breakwater::openai
