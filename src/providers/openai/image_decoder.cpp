#include "image_decoder.hpp"

#include <algorithm>
#include <optional>

#include "../shared/bad_answer.hpp"
#include "../shared/image_answer.hpp"
#include "../shared/whole_answer.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/wire/sse_parser.hpp"
#include "usage.hpp"

namespace breakwater::openai {
namespace {

using Element = JsonReader::Element;

/// Events have a picture's bytes.
ImageForm wanted_form(const ImageRequest& request) noexcept {
    return request.stream ? ImageForm::base64 : request.form;
}

/// What is said of a picture wherever it stands.
template <class Picture>
void read_looks(Element from, Picture& picture) {
    picture.format = get_string(from, "output_format").value_or("");
    picture.size = get_string(from, "size").value_or("");
    picture.quality = get_string(from, "quality").value_or("");
    picture.background = get_string(from, "background").value_or("");
}

class ImageDecoder final : public WholeAnswerDecoder {
public:
    explicit ImageDecoder(const ImageRequest& request)
        : WholeAnswerDecoder(kMediaAnswerBytesMax), count_(request.count()), form_(wanted_form(request)) {}

private:
    Result<void> read(Element root, EventSink& sink) override {
        const auto data = get_array(root, "data");
        if (!data) return invalid_answer("JSON without a list of pictures");
        ImageEvent event;
        read_looks(root, event);
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

/// Events, or a whole answer, as the head says.
class ImageStreamDecoder final : public ResponseDecoder, private SseHandler {
public:
    explicit ImageStreamDecoder(const ImageRequest& request)
        : whole_(request), count_(request.count()), answer_(request.count(), ImageForm::base64) {}

    Result<void> on_head(const HttpResponseHead& head) override {
        context_ = ErrorContext::of(head);
        events_ = !context_.failed() && is_media_type(context_.content_type, "text/event-stream");
        return whole_.on_head(head);
    }
    Result<void> on_body(std::string_view bytes, EventSink& sink) override {
        if (!events_) return whole_.on_body(bytes, sink);
        sink_ = &sink;
        return done_ ? Result<void>() : parser_.feed(bytes, *this);
    }
    /// Fewer pictures than were asked for are an answer: providers filter.
    Result<void> on_end(EventSink& sink) override {
        if (!events_) return whole_.on_end(sink);
        sink_ = &sink;
        if (done_) return {};
        if (auto read = parser_.finish(*this); !read || done_) return read;
        if (seen_ == 0) return truncated_answer();
        end();
        return {};
    }

private:
    Result<void> on_sse(const SseEvent& event) override {
        const std::string_view data = trim(event.data);
        if (done_ || data.empty() || data == "[DONE]") return {};
        const auto root = shared_json_reader().parse_repaired(data);
        if (!root || !root->is_object()) return invalid_answer("an event that is no JSON object");
        const std::string_view type = get_string(*root, "type").value_or("");
        if (event.error_field || event.name == "error" || type == "error" || says_error(*root))
            return std::unexpected(classified_answer(read_provider_error(context_.status, *root), context_));
        if (type.ends_with(".partial_image")) return read_draft(*root);
        return type.ends_with(".completed") ? read_picture(*root) : Result<void>();
    }
    Result<void> read_draft(Element root) {
        const std::int64_t index = get_int(root, "partial_image_index").value_or(0);
        ImageDraftEvent draft{.index = static_cast<std::uint32_t>(std::clamp<std::int64_t>(index, 0, kIndexMax)),
                              .base64 = get_string(root, "b64_json").value_or("")};
        if (draft.base64.empty()) return invalid_answer("a draft of a picture without bytes");
        read_looks(root, draft);
        sink_->on_event(draft);
        return {};
    }
    Result<void> read_picture(Element root) {
        ImageEvent picture{.base64 = get_string(root, "b64_json").value_or("")};
        read_looks(root, picture);
        if (auto added = answer_.add(picture, *sink_); !added) return added;
        if (const auto counts = get_object(root, "usage")) add_usage(read_media_usage(*counts));
        // The answer ends here: some servers hold the connection open.
        if (++seen_ == count_) end();
        return {};
    }
    /// Each event counts what its own picture took.
    void add_usage(const std::optional<Usage>& usage) {
        if (!usage) return;
        if (!usage_) usage_.emplace();
        usage_->add(*usage);
    }
    void end() {
        done_ = true;
        if (usage_) sink_->on_event(UsageEvent{*usage_});
        sink_->on_event(StreamEnd{});
    }

    static constexpr std::int64_t kIndexMax = 1000;

    ImageDecoder whole_;
    std::size_t count_;
    ImageAnswer answer_;
    ErrorContext context_;
    SseParser parser_{kMediaAnswerBytesMax};
    EventSink* sink_ = nullptr;  ///< of the call that is under way
    std::optional<Usage> usage_{};
    std::size_t seen_ = 0;
    bool events_ = false;
    bool done_ = false;
};

}  // namespace

std::unique_ptr<ResponseDecoder> make_image_decoder(const ImageRequest& request) {
    if (request.stream) return std::make_unique<ImageStreamDecoder>(request);
    return std::make_unique<ImageDecoder>(request);
}

}  // namespace breakwater::openai
