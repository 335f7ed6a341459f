#include <algorithm>
#include <array>

#include "../shared/model_name.hpp"
#include "breakwater/ingress/forms.hpp"
#include "breakwater/ingress/transcriptions.hpp"

namespace breakwater {
namespace {

constexpr std::array<std::string_view, 6> kFormats{"json", "text", "srt", "verbose_json", "vtt", "diarized_json"};

/// Takes what the gateway itself reads of the fields; the model is not sent on, for every provider has its own.
class FieldReader {
public:
    explicit FieldReader(TranscriptionRequest& request) : request_(request) {}

    Result<bool> judge(const FormPart& part) {
        if (part.name == "model") return read_model(part);
        if (part.name == "stream") return read_stream(part);
        if (part.name == "response_format") return read_format(part);
        return true;
    }

private:
    Result<bool> read_model(const FormPart& part) {
        if (!request_.model.empty() || part.filename)
            return refuse_field("model", "invalid_value", "expected one name");
        if (part.content.empty() || part.content.size() > ingress::kModelBytesMax)
            return refuse_field("model", "invalid_value", "expected a name of 1 to 256 bytes");
        request_.model = part.content;
        return false;
    }
    Result<bool> read_stream(const FormPart& part) {
        const auto stream = form_flag(part.content);
        if (std::exchange(stream_seen_, true) || !stream)
            return refuse_field("stream", "invalid_value", "expected true or false, once");
        request_.stream = *stream;
        return true;
    }
    Result<bool> read_format(const FormPart& part) {
        if (!request_.response_format.empty() || std::ranges::find(kFormats, part.content) == kFormats.end())
            return refuse_field("response_format", "invalid_value",
                                "expected json, text, srt, verbose_json, vtt or diarized_json, once");
        request_.response_format = part.content;
        return true;
    }

    TranscriptionRequest& request_;
    bool stream_seen_ = false;
};

}  // namespace

Result<void> decode_transcription_request(std::string& body, std::string_view boundary, TranscriptionRequest& request) {
    FieldReader reader(request);
    auto form = take_form(body, boundary, "file", [&reader](const FormPart& part) { return reader.judge(part); });
    if (!form) return std::unexpected(std::move(form.error()));
    if (request.model.empty()) return refuse_field("model", "missing_required_parameter", "the form has no such field");
    request.form = std::move(*form);
    return {};
}

}  // namespace breakwater
