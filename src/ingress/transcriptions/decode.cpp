#include "breakwater/ingress/forms.hpp"
#include "breakwater/ingress/transcriptions.hpp"
#include "fields.hpp"

namespace breakwater {

Result<void> decode_transcription_request(std::string& body, std::string_view boundary, TranscriptionRequest& request) {
    ingress::TranscriptionFields fields(request);
    auto form =
        take_form(body, boundary, ingress::kFileField, [&fields](const FormPart& part) { return fields.judge(part); });
    if (!form) return std::unexpected(std::move(form.error()));
    if (request.model.empty())
        return refuse_field(ingress::kModelField, "missing_required_parameter", "the form has no such field");
    request.form = std::move(*form);
    return {};
}

}  // namespace breakwater
