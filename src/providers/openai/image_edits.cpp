#include "image_edits.hpp"

#include "../shared/image_answer.hpp"
#include "breakwater/wire/multipart.hpp"
#include "image_decoder.hpp"
#include "image_models.hpp"

namespace breakwater::openai {

Result<ProviderCall> encode_image_edit(const ImageEditRequest& request, const EncodeContext& context) {
    EncodeNotes notes(context.mode, context.adapted);
    refuse_without_pictures(context, notes);
    const bool bytes_only = is_gpt_image(context.deployment);
    if (bytes_only) note_bytes_only(request.wanted, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());

    const FilesForm& form = request.form;
    ProviderCall call;
    HttpRequest& upstream = call.request;
    upstream.headers.add("Content-Type", form_content_type(form.boundary));
    append_form_field(upstream.body, form.boundary, "model", context.deployment.model);
    for (const FilesForm::Field& field : form.fields) {
        if (!bytes_only || field.name != "response_format") upstream.body += field.part;
    }
    upstream.tail = SharedTail{.text = form.text, .at = 0};
    call.decoder = make_image_decoder(request.wanted);
    return call;
}

}  // namespace breakwater::openai
