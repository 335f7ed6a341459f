#include "fields.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "../shared/model_name.hpp"
#include "breakwater/ingress/forms.hpp"

namespace breakwater::ingress {
namespace {

constexpr std::array<std::string_view, 6> kFormats{"json", "text", "srt", "verbose_json", "vtt", "diarized_json"};

}  // namespace

Result<bool> TranscriptionFields::judge(const FormPart& part) {
    if (part.name == kModelField) return read_model(part);
    if (part.name == kStreamField) return read_stream(part);
    if (part.name == kFormatField) return read_format(part);
    return true;
}

Result<bool> TranscriptionFields::read_model(const FormPart& part) {
    if (!request_.model.empty() || part.filename)
        return refuse_field(kModelField, "invalid_value", "expected one name");
    if (part.content.empty() || part.content.size() > kModelBytesMax)
        return refuse_field(kModelField, "invalid_value", "expected a name of 1 to 256 bytes");
    request_.model = part.content;
    return false;
}

Result<bool> TranscriptionFields::read_stream(const FormPart& part) {
    const auto stream = form_flag(part.content);
    if (std::exchange(stream_seen_, true) || !stream)
        return refuse_field(kStreamField, "invalid_value", "expected true or false, once");
    request_.stream = *stream;
    return true;
}

Result<bool> TranscriptionFields::read_format(const FormPart& part) {
    if (!request_.response_format.empty() || std::ranges::find(kFormats, part.content) == kFormats.end())
        return refuse_field(kFormatField, "invalid_value",
                            "expected json, text, srt, verbose_json, vtt or diarized_json, once");
    request_.response_format = part.content;
    return true;
}

}  // namespace breakwater::ingress
