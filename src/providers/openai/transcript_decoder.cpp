#include "../shared/bad_answer.hpp"
#include "../shared/body_form.hpp"
#include "../shared/error_body.hpp"
#include "../shared/error_context.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "breakwater/wire/sse_parser.hpp"
#include "transcription.hpp"
#include "usage.hpp"

namespace breakwater::openai {
namespace {

/// The words of a day, with a time for each.
constexpr std::size_t kAnswerBytesMax = 32u << 20;
constexpr std::string_view kEventStream = "text/event-stream";
constexpr std::string_view kLastEvent = "transcript.text.done";

class TranscriptDecoder final : public ResponseDecoder, private SseHandler {
public:
    explicit TranscriptDecoder(const TranscriptionRequest& request)
        : stream_(request.stream), text_(request.wants_text()), late_(request.late) {}

    Result<void> on_head(const HttpResponseHead& head) override {
        context_ = ErrorContext::of(head);
        event_stream_ = is_media_type(context_.content_type, kEventStream);
        return {};
    }

    Result<void> on_body(std::string_view bytes, EventSink& sink) override {
        if (context_.failed()) {
            collect_error_body(body_, bytes);
            return {};
        }
        if (event_stream_ && is_stream()) {
            sink_ = &sink;
            return events_.feed(bytes, *this);
        }
        if (body_.size() + bytes.size() > kAnswerBytesMax) return invalid_answer("more than an answer can hold");
        body_ += bytes;
        return {};
    }

    Result<void> on_end(EventSink& sink) override {
        sink_ = &sink;
        if (context_.failed())
            return std::unexpected(
                classified_answer(read_provider_error(context_.status, context_.content_type, body_), context_));
        if (auto read = event_stream_ && is_stream() ? end_stream() : read_whole(); !read) return read;
        sink.on_event(StreamEnd{});
        return {};
    }

private:
    [[nodiscard]] bool is_stream() const noexcept { return stream_ || (late_ && late_->stream); }
    [[nodiscard]] bool is_text() const noexcept { return text_ || (late_ && late_->text); }

    Result<void> end_stream() {
        if (auto rest = events_.finish(*this); !rest) return rest;
        return complete_ ? Result<void>() : truncated_answer();
    }

    Result<void> on_sse(const SseEvent& event) override {
        if (event.data.empty() || event.data == "[DONE]" || complete_) return {};
        const auto root = shared_json_reader().parse_repaired(event.data);
        if (!root || !root->is_object()) return invalid_answer("an event that is no JSON object");
        if (event.name == "error" || says_error(*root))
            return std::unexpected(classified_answer(read_provider_error(context_.status, *root), context_));
        complete_ = get_string(*root, "type") == kLastEvent;
        note_usage(*root);
        std::string bytes;
        append_event(bytes, event.data);
        pass(bytes, kEventStream);
        return {};
    }

    /// What of an event's data would end its line is none of JSON's business.
    static void append_event(std::string& out, std::string_view data) {
        out += "data: ";
        for (const char c : data) out.push_back(c == '\n' || c == '\r' ? ' ' : c);
        out += "\n\n";
    }

    Result<void> read_whole() {
        if (body_.empty()) return truncated_answer();
        std::string_view rest;
        const BodyForm form = body_form(body_, false, rest);
        if (event_stream_ || (form == BodyForm::sse && !is_text())) {
            if (!is_stream()) return invalid_answer("a stream that nobody asked for");
            // Labelled as something else.
            if (auto fed = events_.feed(body_, *this); !fed) return fed;
            return end_stream();
        }
        if (is_media_type(context_.content_type, "text/html")) return invalid_answer("a page instead of a transcript");
        return is_text() ? read_text(form) : read_json();
    }

    /// Some servers say in JSON why there is no text.
    Result<void> read_text(BodyForm form) {
        if (form == BodyForm::json) {
            const auto root = shared_json_reader().parse_repaired(body_);
            if (root && root->is_object() && says_error(*root))
                return std::unexpected(classified_answer(read_provider_error(context_.status, *root), context_));
        }
        if (is_stream()) {
            pass_as_events(body_, {});
        } else {
            pass(body_, "text/plain; charset=utf-8");
        }
        return {};
    }

    Result<void> read_json() {
        const auto root = shared_json_reader().parse_repaired(body_);
        if (!root) return is_cut(body_) ? truncated_answer() : invalid_answer("JSON that cannot be read");
        if (says_error(*root))
            return std::unexpected(classified_answer(read_provider_error(context_.status, *root), context_));
        const auto text = get_string(*root, "text");
        if (!text) return invalid_answer("JSON without a transcript");
        note_usage(*root);
        if (is_stream()) {
            const auto usage = get_object(*root, "usage");
            pass_as_events(*text, usage ? to_json(*usage) : std::string());
        } else {
            if (!is_valid_utf8(body_)) body_ = replace_invalid_utf8(body_);
            pass(body_, "application/json");
        }
        return {};
    }

    void pass_as_events(std::string_view text, std::string_view usage) {
        std::string bytes = "data: ";
        JsonWriter delta(bytes);
        delta.begin_object().field("type", "transcript.text.delta").field("delta", text).end_object();
        bytes += "\n\ndata: ";
        JsonWriter done(bytes);
        done.begin_object().field("type", kLastEvent).field("text", text);
        if (!usage.empty()) done.raw_field("usage", usage);
        done.end_object();
        bytes += "\n\n";
        pass(bytes, kEventStream);
    }

    /// Counted are tokens, or seconds, which have no place among tokens.
    void note_usage(JsonReader::Element root) {
        const auto counts = get_object(root, "usage");
        if (!counts) return;
        auto usage = read_usage(*counts);
        if (!usage) usage = read_media_usage(*counts);
        if (usage) sink_->on_event(UsageEvent{*usage});
    }

    void pass(std::string_view bytes, std::string_view media_type) {
        sink_->on_event(BytesEvent{.bytes = bytes, .media_type = media_type});
    }

    bool stream_;
    bool text_;
    std::shared_ptr<const LateFields> late_;
    ErrorContext context_;
    bool event_stream_ = false;
    bool complete_ = false;
    std::string body_;
    SseParser events_;
    EventSink* sink_ = nullptr;  ///< of the call that is under way
};

}  // namespace

std::unique_ptr<ResponseDecoder> make_transcript_decoder(const TranscriptionRequest& request) {
    return std::make_unique<TranscriptDecoder>(request);
}

}  // namespace breakwater::openai
