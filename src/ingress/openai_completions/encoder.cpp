#include "encoder.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "../openai_chat/answer_parts.hpp"
#include "../shared/event_text.hpp"
#include "../shared/openai_error.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "logprobs.hpp"

namespace breakwater::openai_completions {
namespace {

/// What a whole answer and every chunk begin with.
void begin(JsonWriter& json, const EncoderContext& context) {
    json.begin_object().field("id", context.response_id).field("object", "text_completion");
    json.field("created", context.created).field("model", context.model).key("choices").begin_array();
}

void begin_choice(JsonWriter& json, std::int64_t index, std::string_view text) {
    json.begin_object().field("text", text).field("index", index).key("logprobs");
}

void end_choice(JsonWriter& json, std::optional<FinishReason> finish) {
    json.key("finish_reason");
    if (finish) {
        json.string(openai_chat::finish_word(*finish, false));
    } else {
        json.null();
    }
    json.end_object();
}

class WholeEncoder final : public ResponseEncoder {
public:
    explicit WholeEncoder(EncoderContext&& context) : context_(std::move(context)) {}

    void on_event(const StreamEvent& event) override {
        fold_.on_event(event);
        if (std::holds_alternative<StreamEnd>(event)) write();
    }
    void head(HttpResponseHead& head) const override { head.headers.add("content-type", "application/json"); }
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override {}  // A whole body has no room for one.

private:
    void write() {
        const ChatResponse& response = fold_.response();
        if (!response.model.empty()) context_.model = response.model;
        JsonWriter json(out_);
        begin(json, context_);
        std::int64_t index = 0;
        for (const ResponseChoice& choice : response.choices) {
            if (choice.finish) write_choice(json, index, choice);
            ++index;
        }
        json.end_array().key("usage");
        openai_chat::write_usage(json, response.usage.value_or(Usage{}));
        json.end_object();
    }
    static void write_choice(JsonWriter& json, std::int64_t index, const ResponseChoice& choice) {
        begin_choice(json, index, choice.text + choice.refusal);
        JsonReader reader;
        std::size_t characters = 0;
        const LegacyLogprobs logprobs(reader, choice.logprobs);
        if (logprobs.empty()) {
            json.null();
        } else {
            logprobs.write(json, characters);
        }
        end_choice(json, choice.finish);
    }

    EncoderContext context_;
    ResponseFold fold_;
    std::string out_;
};

class StreamEncoder final : public ResponseEncoder {
public:
    explicit StreamEncoder(EncoderContext&& context) : context_(std::move(context)) {}

    void on_event(const StreamEvent& event) override {
        if (const auto* start = std::get_if<MessageStart>(&event)) {
            if (!start->model.empty() && out_.empty()) context_.model = start->model;
        } else if (const auto* text = std::get_if<TextDelta>(&event)) {
            chunk(text->choice, text->text);
        } else if (const auto* refusal = std::get_if<RefusalDelta>(&event)) {
            chunk(refusal->choice, refusal->text);
        } else if (const auto* tokens = std::get_if<LogprobsEvent>(&event)) {
            logprobs(*tokens);
        } else if (const auto* finish = std::get_if<FinishEvent>(&event)) {
            chunk(finish->choice, {}, finish->reason);
        } else if (const auto* usage = std::get_if<UsageEvent>(&event)) {
            if (context_.include_usage) write_usage(usage->usage);
        } else if (const auto* broken = std::get_if<StreamFault>(&event)) {
            fault(broken->error);
        } else if (std::holds_alternative<StreamEnd>(event)) {
            out_ += "data: [DONE]\n\n";
        }
    }
    void head(HttpResponseHead& head) const override { ingress::set_event_stream_head(head); }
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override { out_ += ingress::kPing; }

private:
    void fault(const Error& error) {
        out_ += "data: ";
        JsonWriter json(out_);
        ingress::write_error_body(json, error);
        out_ += "\n\n";
    }
    void chunk(std::uint32_t choice, std::string_view text, std::optional<FinishReason> finish = {}) {
        JsonWriter json(out_);
        open_chunk(json, choice, text);
        const std::size_t at = out_.size();
        json.null();
        close_chunk(json, finish);
        slot_ = {.choice = choice, .null_at = at, .chunk_end = out_.size()};
    }
    /// Up to the log probabilities.
    void open_chunk(JsonWriter& json, std::uint32_t choice, std::string_view text) {
        out_ += "data: ";
        begin(json, context_);
        begin_choice(json, choice, text);
    }
    void close_chunk(JsonWriter& json, std::optional<FinishReason> finish) {
        end_choice(json, finish);
        json.end_array();
        if (context_.include_usage) json.key("usage").null();
        json.end_object();
        out_ += "\n\n";
    }
    /// They follow the text that they belong to, and go into its chunk while that has not been taken away: its end,
    /// from its null on, is written anew.
    void logprobs(const LogprobsEvent& event) {
        if (characters_.size() <= event.choice) characters_.resize(std::size_t{event.choice} + 1);
        // Not the shared reader: a provider's decoder is in the middle of what it parsed.
        if (!reader_) reader_ = std::make_unique<JsonReader>();
        const LegacyLogprobs tokens(*reader_, event.json);
        if (tokens.empty()) return;
        const bool there = slot_.chunk_end != 0 && slot_.chunk_end == out_.size() && slot_.choice == event.choice;
        if (there) out_.resize(slot_.null_at);
        JsonWriter json(out_);
        if (!there) open_chunk(json, event.choice, {});
        tokens.write(json, characters_[event.choice]);
        close_chunk(json, {});
        slot_.chunk_end = 0;
    }
    void write_usage(const Usage& usage) {
        out_ += "data: ";
        JsonWriter json(out_);
        begin(json, context_);
        json.end_array().key("usage");
        openai_chat::write_usage(json, usage);
        json.end_object();
        out_ += "\n\n";
    }

    /// The `logprobs` of the chunk that was written last.
    struct Slot {
        std::uint32_t choice = 0;
        std::size_t null_at = 0;
        std::size_t chunk_end = 0;  ///< 0: it has them
    };

    EncoderContext context_;
    std::string out_;
    Slot slot_;
    std::vector<std::size_t> characters_;   ///< by choice, of the tokens that were told
    std::unique_ptr<JsonReader> reader_{};  ///< rarely asked for
};

}  // namespace

std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& context) {
    if (context.stream) return std::make_unique<StreamEncoder>(std::move(context));
    return std::make_unique<WholeEncoder>(std::move(context));
}

}  // namespace breakwater::openai_completions
