#include "transcription.hpp"

#include "breakwater/wire/multipart.hpp"

namespace breakwater::openai {

ProviderCall encode_transcription(const TranscriptionRequest& request, const EncodeContext& context) {
    const FormBody& form = request.form;
    ProviderCall call;
    HttpRequest& upstream = call.request;
    upstream.headers.add("Content-Type", form_content_type(form.boundary));
    upstream.headers.add("Accept", request.stream ? "text/event-stream" : "*/*");
    append_form_field(upstream.body, form.boundary, "model", context.deployment.model);
    upstream.body.append(form.fields);
    upstream.tail = SharedTail{.text = form.text, .at = form.file_at};
    call.decoder = make_transcript_decoder(request);
    return call;
}

}  // namespace breakwater::openai
