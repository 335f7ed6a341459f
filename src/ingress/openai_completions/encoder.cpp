#include "encoder.hpp"

#include <utility>

#include "../openai_chat/answer_parts.hpp"
#include "../shared/event_text.hpp"
#include "../shared/openai_error.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_completions {
namespace {

/// What a whole answer and every chunk begin with.
void begin(JsonWriter& json, const EncoderContext& context) {
    json.begin_object().field("id", context.response_id).field("object", "text_completion");
    json.field("created", context.created).field("model", context.model).key("choices").begin_array();
}

void write_choice(JsonWriter& json, std::int64_t index, std::string_view text, std::optional<FinishReason> finish) {
    json.begin_object().field("text", text).field("index", index).key("logprobs").null().key("finish_reason");
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
    void head(HttpResponseHead& head) const override { head.headers.set("content-type", "application/json"); }
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
            if (choice.finish) write_choice(json, index, choice.text + choice.refusal, choice.finish);
            ++index;
        }
        json.end_array().key("usage");
        openai_chat::write_usage(json, response.usage.value_or(Usage{}));
        json.end_object();
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
            chunk(text->choice, text->text, {});
        } else if (const auto* refusal = std::get_if<RefusalDelta>(&event)) {
            chunk(refusal->choice, refusal->text, {});
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
    void chunk(std::uint32_t choice, std::string_view text, std::optional<FinishReason> finish) {
        out_ += "data: ";
        JsonWriter json(out_);
        begin(json, context_);
        write_choice(json, choice, text, finish);
        json.end_array();
        if (context_.include_usage) json.key("usage").null();
        json.end_object();
        out_ += "\n\n";
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

    EncoderContext context_;
    std::string out_;
};

}  // namespace

std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& context) {
    if (context.stream) return std::make_unique<StreamEncoder>(std::move(context));
    return std::make_unique<WholeEncoder>(std::move(context));
}

}  // namespace breakwater::openai_completions
