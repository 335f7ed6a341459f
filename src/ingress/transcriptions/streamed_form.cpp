#include "streamed_form.hpp"

#include "breakwater/ingress/forms.hpp"
#include "breakwater/ingress/transcriptions.hpp"

namespace breakwater {
namespace ingress {
namespace {

/// No value is as long that a field behind the file may have.
constexpr std::size_t kLateValueMax = 256;

bool is_read_late(std::string_view name) noexcept {
    return name == kStreamField || name == kFormatField;
}

}  // namespace

void StreamedForm::begin(std::string&& start, TranscriptionRequest& request) const {
    request.model = fields_.model;
    request.stream = fields_.stream;
    request.response_format = fields_.response_format;
    request.late = late_;
    request.form.boundary = boundary_;
    for (const auto& [from, to] : going_on_) request.form.fields.append(start, from, to - from);
    request.form.file_at = *file_at_;
    request.form.text = std::make_shared<const std::string>(std::move(start));
}

Result<void> StreamedForm::on_field(std::string_view name, std::optional<std::string_view> filename, std::uint64_t at) {
    name_ = name;
    filename_ = filename;
    content_.clear();
    at_ = static_cast<std::size_t>(at);
    read_ = name != kFileField && (!file_at_ || is_read_late(name));
    if (name == kFileField) return begin_file();
    if (file_at_ && name == kModelField)
        return refuse_field(name, "invalid_value",
                            "it stands behind the file, where a form of this length cannot have it; send it before the "
                            "file, once");
    return {};
}

Result<void> StreamedForm::begin_file() {
    if (file_at_) return refuse_field(kFileField, "invalid_value", "expected one file, got more");
    if (!filename_)
        return refuse_field(kFileField, "invalid_type", "expected a file, which has a filename, got a plain field");
    file_at_ = at_;
    return {};
}

Result<void> StreamedForm::on_content(std::string_view bytes) {
    if (!read_) return {};
    if (file_at_ && content_.size() + bytes.size() > kLateValueMax)
        return refuse_field(name_, "invalid_value", "expected a value of at most 256 bytes");
    content_ += bytes;
    return {};
}

Result<void> StreamedForm::on_field_end(std::uint64_t at) {
    if (!read_) return {};
    const auto goes_on = reader_.judge({.name = name_, .filename = filename_, .content = content_});
    if (!goes_on) return std::unexpected(goes_on.error());
    // Nobody reads an answer before the form has ended, so that its form may still be said.
    if (file_at_) {
        *late_ = {.text = fields_.wants_text(), .stream = fields_.stream};
    } else if (*goes_on) {
        going_on_.emplace_back(at_, static_cast<std::size_t>(at));
    }
    return {};
}

}  // namespace ingress

std::optional<std::string> model_of_transcription_start(std::string_view start, std::string_view boundary) {
    ingress::StreamedForm form(boundary);
    if (!form.take(start) || !form.is_routable()) return std::nullopt;
    return form.model();
}

Result<std::unique_ptr<BodyJudge>> decode_transcription_start(std::string& start, std::string_view boundary,
                                                              TranscriptionRequest& request) {
    auto form = std::make_unique<ingress::StreamedForm>(boundary);
    if (auto taken = form->take(start); !taken) return std::unexpected(std::move(taken.error()));
    if (!form->is_routable())
        return refuse_field(ingress::kModelField, "missing_required_parameter",
                            "the form has no such field before its file");
    form->begin(std::move(start), request);
    return form;
}

}  // namespace breakwater
