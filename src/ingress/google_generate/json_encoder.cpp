#include "json_encoder.hpp"

#include <cstdint>

#include "../shared/answer_bytes.hpp"
#include "answer_parts.hpp"
#include "error_body.hpp"
#include "signatures.hpp"

namespace breakwater::google_generate {
namespace {

/// Writes the thoughts that are shown; the seal of the text, which travels as a thought without words, is handed back.
std::string_view write_thoughts(JsonWriter& json, const ResponseChoice& choice, bool shown) {
    std::string_view text_seal;
    std::size_t told = 0;
    for (const ReasoningPart& block : choice.reasoning_blocks) {
        told += block.text.size();
        if (block.text.empty() && is_googles(block.signature)) {
            text_seal = block.signature;
        } else if (shown && !(block.text.empty() && block.signature.empty() && block.redacted.empty())) {
            write_thought_part(json, block.text, block.signature, block.redacted);
        }
    }
    if (shown && told < choice.reasoning.size())
        write_thought_part(json, std::string_view(choice.reasoning).substr(told), {}, {});
    return text_seal;
}

void write_candidate(JsonWriter& json, std::int64_t index, const ResponseChoice& choice, bool thoughts) {
    const CandidateEnd end{.reason = *choice.finish,
                           .native = choice.native_finish,
                           .refusal = choice.refusal,
                           .annotations = &choice.annotations,
                           .logprobs = choice.logprobs};
    json.begin_object().key("content").begin_object().key("parts").begin_array();
    const std::string_view seal = write_thoughts(json, choice, thoughts);
    // Clients take a candidate without parts for no answer, which a blocked one is.
    const bool silent = choice.tool_calls.empty() && !is_blocked(end);
    if (!choice.text.empty() || !seal.empty() || silent) write_text_part(json, choice.text, seal);
    for (const ToolCallPart& call : choice.tool_calls) write_call_part(json, call);
    json.end_array().field("role", "model").end_object();
    write_end(json, end);
    json.field("index", index).end_object();
}

}  // namespace

JsonEncoder::JsonEncoder(EncoderContext context)
    : context_(std::move(context)),
      thoughts_(context_.request != nullptr && context_.request->reasoning.shown.value_or(false)) {
    context_.request = nullptr;
}

void JsonEncoder::on_event(const StreamEvent& event) {
    if (written_) return;
    fold_.on_event(event);
    written_ = fold_.ended() || fold_.fault().has_value();
    if (fold_.ended()) {
        write();
    } else if (fold_.fault()) {
        JsonWriter json(out_);
        write_error_body(json, *fold_.fault());
    }
}

void JsonEncoder::head(HttpResponseHead& head) const {
    head.status = 200;
    head.headers.add("content-type", "application/json; charset=UTF-8");
}

void JsonEncoder::write() {
    const ChatResponse& response = fold_.response();
    out_.reserve(out_.size() + ingress::usual_bytes(response));
    JsonWriter json(out_);
    json.begin_object().key("candidates").begin_array();
    std::int64_t index = 0;
    for (const ResponseChoice& choice : response.choices) {
        // A gap in the numbers that the provider gave is no choice: the guard finishes all that had anything in them.
        if (choice.finish) write_candidate(json, index, choice, thoughts_);
        ++index;
    }
    json.end_array();
    if (response.usage) write_usage(json, *response.usage);
    write_identity(json, response.model.empty() ? context_.model : response.model, context_.response_id);
    json.end_object();
}

}  // namespace breakwater::google_generate
