#include "image_edits.hpp"

#include "../shared/image_request.hpp"
#include "breakwater/wire/multipart.hpp"
#include "image_decoder.hpp"
#include "image_models.hpp"

namespace breakwater::openai {

namespace {

/// Whether a field of the client's goes to this server as it came.
class FieldFilter {
public:
    FieldFilter(bool bytes_only, bool streams) : bytes_only_(bytes_only), streams_(streams) {}
    [[nodiscard]] bool passes(std::string_view name) const noexcept {
        if (name == "response_format") return !bytes_only_;
        return streams_ || (name != "stream" && name != "partial_images");
    }

private:
    bool bytes_only_;
    bool streams_;
};

void write_fields(std::string& body, const ImageEditRequest& request, const EncodeContext& context,
                  const config::Quirks& quirks, const FieldFilter& filter) {
    const FilesForm& form = request.form;
    append_form_field(body, form.boundary, "model", context.deployment.model);
    for (const FilesForm::Field& field : form.fields) {
        if (filter.passes(field.name)) body += field.part;
    }
    const bool any = request.wanted.form == ImageForm::any;
    if (request.wanted.stream && any && is_told_of_bytes(context.deployment, quirks))
        append_form_field(body, form.boundary, "response_format", "b64_json");
}

}  // namespace

Result<ProviderCall> encode_image_edit(const ImageEditRequest& request, const EncodeContext& context,
                                       const config::Quirks& quirks) {
    EncodeNotes notes(context.mode, context.adapted);
    refuse_without_pictures(context, notes);
    const bool bytes_only = is_gpt_image(context.deployment);
    const bool streams = streams_pictures(context.deployment, quirks);
    if (bytes_only) note_bytes_only(request.wanted, notes);
    if (!streams) note_no_stream(request.wanted, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());

    ProviderCall call;
    HttpRequest& upstream = call.request;
    upstream.headers.add("Content-Type", form_content_type(request.form.boundary));
    if (request.wanted.stream) upstream.headers.add("Accept", kImageStreamAccept);
    write_fields(upstream.body, request, context, quirks, {bytes_only, streams});
    upstream.tail = SharedTail{.text = request.form.text, .at = 0};
    call.decoder = make_image_decoder(request.wanted);
    if (!streams) call.decoder->expect_whole();
    return call;
}

}  // namespace breakwater::openai
