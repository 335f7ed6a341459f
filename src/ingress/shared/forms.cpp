#include "breakwater/ingress/forms.hpp"

#include <algorithm>

namespace breakwater {
namespace {

Result<void> check_file(const std::vector<FormPart>& parts, std::string_view field) {
    const auto is_file = [field](const FormPart& part) { return part.name == field && part.filename; };
    const auto count = std::ranges::count(parts, field, &FormPart::name);
    if (count == 0) return refuse_field(field, "missing_required_parameter", "the form has no such field");
    if (count > 1) return refuse_field(field, "invalid_value", "expected one file, got more");
    if (std::ranges::none_of(parts, is_file))
        return refuse_field(field, "invalid_type", "expected a file, which has a filename, got a plain field");
    return {};
}

}  // namespace

std::unexpected<Error> refuse_field(std::string_view field, std::string_view code, std::string_view why) {
    const std::string name(field);
    Error error(ErrorKind::invalid_request, name + ": " + std::string(why), name);
    error.code = code;
    return std::unexpected(std::move(error));
}

std::optional<bool> form_flag(std::string_view content) noexcept {
    if (content == "true" || content == "True" || content == "1") return true;
    if (content == "false" || content == "False" || content == "0") return false;
    return std::nullopt;
}

Result<FormBody> take_form(std::string& body, std::string_view boundary, std::string_view file_field,
                           const JudgeField& judge) {
    auto parts = read_form(body, boundary);
    if (!parts) return std::unexpected(std::move(parts.error()));
    if (auto checked = check_file(*parts, file_field); !checked) return std::unexpected(std::move(checked.error()));
    FormBody form;
    form.boundary = boundary;
    std::vector<FormPart> going_on;
    for (const FormPart& part : *parts) {
        auto goes_on = judge(part);
        if (!goes_on) return std::unexpected(std::move(goes_on.error()));
        if (*goes_on) going_on.push_back(part);
    }
    if (going_on.empty()) return refuse_field(file_field, "invalid_value", "no field of the form goes on");
    const auto size = [](const FormPart& part) { return part.bytes.size(); };
    const auto longest = std::ranges::max_element(going_on, {}, size);
    for (auto part = going_on.begin(); part != going_on.end(); ++part) {
        if (part != longest) form.fields += part->bytes;
    }
    // What stands behind it has been copied, and the end takes its place.
    form.file_at = static_cast<std::size_t>(longest->bytes.data() - body.data());
    body.resize(form.file_at + longest->bytes.size());
    body += form_end(boundary);
    form.text = std::make_shared<const std::string>(std::move(body));
    return form;
}

}  // namespace breakwater
