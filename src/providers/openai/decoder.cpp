#include "decoder.hpp"

#include <algorithm>

#include "../shared/body_form.hpp"
#include "../shared/error_body.hpp"
#include "../shared/retry_after.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/wire/sse_parser.hpp"
#include "chunk.hpp"
#include "repeated_chunk.hpp"

namespace breakwater::openai {
namespace {

/// Answers hold images and audio as text; what is larger is no answer.
constexpr std::size_t kJsonBytesMax = 64u << 20;

constexpr std::size_t kUsualJsonBytes = 64u << 10;

std::unexpected<Error> invalid(std::string message) {
    return fail(ErrorKind::upstream_invalid, std::move(message));
}
std::unexpected<Error> truncated(std::string message) {
    return fail(ErrorKind::upstream_truncated, std::move(message));
}

/// Counts what is told to another sink.
class CountingSink final : public EventSink {
public:
    explicit CountingSink(EventSink& sink) noexcept : sink_(sink) {}
    void on_event(const StreamEvent& event) override {
        ++told_;
        sink_.on_event(event);
    }
    bool on_native(const NativePart& part) override {
        ++told_;
        return sink_.on_native(part);
    }
    void on_unknown(Unknown what) override {
        ++told_;
        sink_.on_unknown(what);
    }
    [[nodiscard]] std::size_t told() const noexcept { return told_; }

private:
    EventSink& sink_;
    std::size_t told_ = 0;
};

class ChatDecoder final : public ResponseDecoder, private SseHandler {
public:
    explicit ChatDecoder(std::vector<std::string> tool_names) : chunks_(std::move(tool_names)) {}

    Result<void> on_head(const HttpResponseHead& head) override {
        status_ = head.status;
        const std::string_view type = head.headers.get("content-type");
        event_stream_ = is_media_type(type, "text/event-stream");
        if (failed()) content_type_ = media_type(type);
        length_ = parse_u64(head.headers.get("content-length")).value_or(0);
        retry_after_ = retry_after_of(head.headers);
        request_id_ = upstream_request_id(head.headers);
        return {};
    }

    Result<void> on_body(std::string_view bytes, EventSink& sink) override {
        if (ended_) return {};
        if (failed()) {
            collect(bytes, kErrorBodyBytesMax);
            return {};
        }
        if (form_ == BodyForm::undecided) return on_first_bytes(bytes, sink);
        return on_bytes(bytes, sink);
    }

    Result<void> on_last(std::string_view bytes, EventSink& sink) override {
        const bool whole =
            !ended_ && !failed() && form_ == BodyForm::undecided && body_.empty() && bytes.size() <= kJsonBytesMax;
        if (whole) form_ = body_form(bytes, event_stream_, bytes);
        if (whole && form_ == BodyForm::json) return read_json(bytes, reader_.parse_repaired(bytes), sink);
        return ResponseDecoder::on_last(bytes, sink);
    }

    Result<void> on_end(EventSink& sink) override {
        if (ended_) return {};
        if (failed()) return std::unexpected(completed(classify_body()));
        switch (form_) {
            case BodyForm::undecided:
                return trim(body_).empty() ? truncated("The provider sent an empty answer.") : end_page();
            case BodyForm::other:
                return end_page();
            case BodyForm::json:
                return end_json(sink);
            case BodyForm::sse:
                return end_stream(sink);
        }
        return {};
    }

private:
    [[nodiscard]] bool failed() const noexcept { return status_ < 200 || status_ > 299; }

    void collect(std::string_view bytes, std::size_t bytes_max) {
        // What is stated may be a lie, so it gets no more room at once than most answers need.
        if (body_.empty()) body_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(length_, kUsualJsonBytes)));
        body_.append(bytes.substr(0, bytes_max - std::min(bytes_max, body_.size())));
    }

    Result<void> on_first_bytes(std::string_view bytes, EventSink& sink) {
        // Nearly always the first piece decides, and nothing is copied.
        std::string held;
        if (!body_.empty()) {
            body_.append(bytes);
            held = std::move(body_);
            bytes = held;
        }
        form_ = body_form(bytes, event_stream_, bytes);
        if (form_ != BodyForm::undecided) {
            body_.clear();
            return on_bytes(bytes, sink);
        }
        body_ = std::string(bytes);
        return {};
    }

    Result<void> on_bytes(std::string_view bytes, EventSink& sink) {
        if (form_ == BodyForm::sse) {
            sink_ = &sink;
            return sse_.feed(bytes, *this);
        }
        const bool json = form_ == BodyForm::json;
        if (json && body_.size() + bytes.size() > kJsonBytesMax) return invalid("The provider's answer is too large.");
        collect(bytes, json ? kJsonBytesMax : kErrorBodyBytesMax);
        return {};
    }

    Result<void> on_sse(const SseEvent& event) override {
        const std::string_view data = trim(event.data);
        if (ended_ || data.empty()) return {};
        const bool named = event.error_field || !event.name.empty();
        if (!named) {
            if (const auto plain = repeated_.text_of(data)) {
                chunks_.read_like_it(*plain, *sink_);
                return {};
            }
        }
        if (data == "[DONE]") return end_answer();
        const Result<JsonReader::Element> root = reader_.parse_repaired(data);
        const bool error = event.error_field || event.name == "error";
        if (!root && error) return std::unexpected(completed(text_error(data)));
        if (!root && at_end_) return truncated("The provider's stream ended in the middle of an event.");
        if (!root) return invalid("The provider sent a stream event that is not JSON.");
        if (error) return std::unexpected(completed(in_band_error(*root)));
        // Google's relay puts a failure into an array; other values are heartbeats of some kind.
        if (!root->is_object()) {
            return says_error(*root) ? Result<void>(std::unexpected(completed(in_band_error(*root)))) : Result<void>();
        }
        return named || !repeated_.wants_to_learn() ? read(*root, *sink_) : read_and_learn(data, *root);
    }

    Result<void> read_and_learn(std::string_view chunk, JsonReader::Element root) {
        CountingSink counted(*sink_);
        if (auto done = read(root, counted); !done) return done;
        const auto& plain = chunks_.plain_text();
        if (plain && counted.told() == 1) repeated_.learn(chunk, *plain);
        return {};
    }

    Result<void> read(JsonReader::Element root, EventSink& sink) {
        Result<void> done = chunks_.read(root, sink);
        if (!done) return std::unexpected(completed(std::move(done.error())));
        return done;
    }

    Result<void> end_answer() {
        ended_ = true;
        chunks_.end(*sink_);
        return {};
    }

    Result<void> end_stream(EventSink& sink) {
        sink_ = &sink;
        at_end_ = true;
        if (auto done = sse_.finish(*this); !done || ended_) return done;
        // Many servers leave out [DONE]; without a finish reason as well, the answer was cut.
        if (chunks_.finished()) return end_answer();
        return truncated("The provider's stream ended before its answer did.");
    }

    Result<void> end_json(EventSink& sink) { return read_json(body_, reader_.parse_repaired(body_), sink); }

    /// `json`: what was parsed, with whatever result.
    Result<void> read_json(std::string_view json, const Result<JsonReader::Element>& root, EventSink& sink) {
        if (!root) {
            const std::string_view text = trim(json);
            const bool closed = text.ends_with('}') || text.ends_with(']');
            return closed ? invalid("The provider's answer is not valid JSON.")
                          : truncated("The provider's answer ended before its JSON did.");
        }
        // An object's own error is met when it is read.
        if (!root->is_object()) {
            if (says_error(*root)) return std::unexpected(completed(in_band_error(*root)));
            return invalid("The provider's answer is JSON, but not an object.");
        }
        if (auto done = read(*root, sink); !done) return done;
        if (!chunks_.answered()) return without_choices(*root);
        sink_ = &sink;
        return end_answer();
    }

    /// No answer, then: an error in a shape that only its context tells apart, or another API altogether.
    Result<void> without_choices(JsonReader::Element root) {
        const bool flat = get_value(root, "message") || get_value(root, "detail") || get_array(root, "errors");
        if (flat) return std::unexpected(completed(in_band_error(root)));
        return invalid("The provider's answer has no choices.");
    }

    Result<void> end_page() {
        std::string message = "The provider sent a page instead of an answer";
        if (const std::string text = sanitise_provider_text(body_, 200); !text.empty()) message += ": " + text;
        return invalid(std::move(message));
    }

    [[nodiscard]] Error classify_body() const {
        return classify_provider_error(read_provider_error(status_, content_type_, body_), retry_after_);
    }

    [[nodiscard]] Error text_error(std::string_view text) const {
        UpstreamFacts facts;
        facts.status = status_;
        facts.message = sanitise_provider_text(text);
        return classify_upstream_error(std::move(facts), retry_after_);
    }

    /// The error with what the head of the answer knows.
    [[nodiscard]] Error completed(Error error) const {
        if (error.upstream && !request_id_.empty()) error.upstream->request_id = request_id_;
        if (!error.retry_after) error.retry_after = retry_after_;
        return error;
    }

    int status_ = 200;
    bool event_stream_ = false;
    std::string content_type_;  // of a failure
    std::optional<std::chrono::milliseconds> retry_after_;
    std::string request_id_;
    std::uint64_t length_ = 0;  // as the head states it, or 0
    BodyForm form_ = BodyForm::undecided;
    std::string body_;  // whole answers, error bodies, and first bytes that did not decide the form
    JsonReader& reader_ = shared_json_reader();
    SseParser sse_;
    ChunkReader chunks_;
    RepeatedChunk repeated_;
    EventSink* sink_ = nullptr;  // of the call that is running
    bool at_end_ = false;
    bool ended_ = false;
};

}  // namespace

std::unique_ptr<ResponseDecoder> make_decoder(const ChatRequest& request) {
    std::vector<std::string> names;
    names.reserve(request.tools.size());
    for (const Tool& tool : request.tools) names.push_back(tool.name);
    return std::make_unique<ChatDecoder>(std::move(names));
}

}  // namespace breakwater::openai
