#include <string>
#include <string_view>
#include <utility>

#include "bad_answer.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "chat_transcription.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kEventStream = "text/event-stream";
/// The words of a day.
constexpr std::size_t kTextMax = 8u << 20;

void write_count(JsonWriter& json, JsonKey name, const std::optional<std::int64_t>& count) {
    if (count) json.field(name, *count);
}

/// As OpenAI's transcription API counts tokens.
void write_usage(JsonWriter& json, const Usage& usage) {
    const auto input = usage.prompt_total();
    json.key("usage").begin_object().field("type", "tokens");
    write_count(json, "input_tokens", input);
    write_count(json, "output_tokens", usage.output);
    if (input && usage.output) json.field("total_tokens", *input + *usage.output);
    json.end_object();
}

class TranscriptOfChat final : public ResponseDecoder, private EventSink {
public:
    TranscriptOfChat(std::unique_ptr<ResponseDecoder> chat, bool stream, bool text)
        : chat_(std::move(chat)), stream_(stream), text_only_(text) {}

    Result<void> on_head(const HttpResponseHead& head) override { return chat_->on_head(head); }
    Result<void> on_body(std::string_view bytes, EventSink& sink) override {
        sink_ = &sink;
        if (auto read = chat_->on_body(bytes, *this); !read) return read;
        return take_fault();
    }
    Result<void> on_end(EventSink& sink) override {
        sink_ = &sink;
        if (auto read = chat_->on_end(*this); !read) return read;
        return take_fault();
    }

private:
    Result<void> take_fault() {
        if (!fault_) return {};
        return std::unexpected(std::move(*fault_));
    }
    void on_event(const StreamEvent& event) override {
        if (fault_) return;
        if (const auto* text = std::get_if<TextDelta>(&event)) return add(text->text);
        if (const auto* finish = std::get_if<FinishEvent>(&event)) return judge(*finish);
        if (const auto* usage = std::get_if<UsageEvent>(&event)) usage_ = usage->usage;
        if (std::holds_alternative<StreamEnd>(event)) say_all();
        const bool passes = std::holds_alternative<MessageStart>(event) || std::holds_alternative<UsageEvent>(event) ||
                            std::holds_alternative<StreamEnd>(event);
        if (passes) sink_->on_event(event);
    }
    void on_unknown(Unknown what) override { sink_->on_unknown(what); }

    void add(std::string_view text) {
        if (said_.size() + text.size() > kTextMax) {
            fault_ = invalid_answer("more than a transcript can hold").error();
            return;
        }
        said_ += text;
        if (!stream_ || text.empty()) return;
        std::string bytes = "data: ";
        JsonWriter(bytes).begin_object().field("type", "transcript.text.delta").field("delta", text).end_object();
        pass(bytes += "\n\n", kEventStream);
    }
    void judge(const FinishEvent& finish) {
        if (finish.reason == FinishReason::length) fault_ = truncated_answer().error();
        if (finish.reason == FinishReason::content_filter)
            fault_ = Error(ErrorKind::content_policy, "The provider held the transcript back because of its content.",
                           "file");
    }
    void say_all() {
        std::string bytes;
        if (text_only_ && !stream_) return pass((bytes = said_) += '\n', "text/plain; charset=utf-8");
        if (stream_) bytes = "data: ";
        JsonWriter json(bytes);
        json.begin_object();
        if (stream_) json.field("type", "transcript.text.done");
        json.field("text", said_);
        if (usage_) write_usage(json, *usage_);
        json.end_object();
        if (stream_) bytes += "\n\n";
        pass(bytes, stream_ ? kEventStream : "application/json");
    }
    void pass(std::string_view bytes, std::string_view media_type) {
        sink_->on_event(BytesEvent{.bytes = bytes, .media_type = media_type});
    }

    std::unique_ptr<ResponseDecoder> chat_;
    bool stream_;
    bool text_only_;
    std::string said_{};
    std::optional<Usage> usage_{};
    std::optional<Error> fault_{};
    EventSink* sink_ = nullptr;  ///< of the call that is under way
};

}  // namespace

std::unique_ptr<ResponseDecoder> transcript_of_chat(std::unique_ptr<ResponseDecoder> chat,
                                                    const TranscriptionRequest& request) {
    return std::make_unique<TranscriptOfChat>(std::move(chat), request.stream, request.wants_text());
}

}  // namespace breakwater
