#include "decoder.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/body_form.hpp"
#include "../shared/error_body.hpp"

namespace breakwater::ollama {

namespace {

constexpr std::size_t kAnswerBytesMax = 64u << 20;  // beyond any model's output limit
constexpr std::size_t kDepthMax = 256;              // tool arguments may be deep

}  // namespace

Result<void> Decoder::on_head(const HttpResponseHead& head) {
    context_ = ErrorContext::of(head);
    return {};
}

Result<void> Decoder::on_body(std::string_view bytes, EventSink& sink) {
    if (context_.failed()) {
        collect_error_body(collected_, bytes);
        return {};
    }
    sink_ = &sink;
    return lines_.feed(bytes, *this);
}

Result<void> Decoder::on_end(EventSink& sink) {
    if (context_.failed()) return std::unexpected(answer_error(collected_, context_));
    sink_ = &sink;
    at_end_ = true;
    if (auto rest = lines_.finish(*this); !rest) return rest;
    if (form_ == Form::whole) {
        if (auto done = decode_whole(); !done) return done;
    }
    if (passed_over_ && !stream_.started()) return invalid_answer("JSON that is not a part of an answer");
    return stream_.ended() ? Result<void>() : truncated_answer();
}

Result<void> Decoder::on_line(std::string_view line) {
    if (stream_.ended()) return {};
    if (form_ == Form::whole) return collect(line);
    const Result<JsonReader::Element> parsed = reader_.parse_repaired(line, kDepthMax);
    if (parsed && parsed->is_object()) {
        form_ = Form::lines;
        return on_object(*parsed);
    }
    if (form_ == Form::undecided && line.starts_with('{')) {
        form_ = Form::whole;
        return collect(line);
    }
    // The last line may be what a cut left of one.
    if (!parsed && at_end_ && line.starts_with('{') && is_cut(line)) return truncated_answer();
    return invalid_answer("a line that is not a JSON object");
}

Result<void> Decoder::on_object(JsonReader::Element object) {
    if (says_error(object)) return std::unexpected(in_band_error(object, context_));
    if (!get_object(object, "message") && !get_bool(object, "done")) {
        // A kind of line that is to come, unless there turns out to be no answer at all.
        passed_over_ = true;
        sink_->on_unknown(Unknown::event);
        return {};
    }
    stream_.on_object(object, *sink_);
    return {};
}

Result<void> Decoder::collect(std::string_view text) {
    if (collected_.size() + text.size() > kAnswerBytesMax) return invalid_answer("more than an answer can hold");
    // Line ends stand between the tokens of JSON, where a blank does as well.
    collected_.append(text).append(" ");
    return {};
}

Result<void> Decoder::decode_whole() {
    const Result<JsonReader::Element> answer = reader_.parse_repaired(collected_, kDepthMax);
    if (!answer) return is_cut(collected_) ? truncated_answer() : invalid_answer("JSON that cannot be read");
    return on_object(*answer);
}

}  // namespace breakwater::ollama
