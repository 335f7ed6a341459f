#include <algorithm>
#include <array>
#include <set>

#include "../shared/extensions.hpp"
#include "../shared/model_name.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/ingress/forms.hpp"
#include "breakwater/ingress/images.hpp"
#include "rules.hpp"

namespace breakwater {
namespace {

struct TextField {
    std::string_view name;
    std::string ImageRequest::* member;
};
constexpr std::array<TextField, 7> kTexts{{{"prompt", &ImageRequest::prompt},
                                           {"size", &ImageRequest::size},
                                           {"quality", &ImageRequest::quality},
                                           {"background", &ImageRequest::background},
                                           {"output_format", &ImageRequest::output_format},
                                           {"moderation", &ImageRequest::moderation},
                                           {"user", &ImageRequest::user}}};

struct NumberField {
    std::string_view name;
    std::optional<std::int64_t> ImageRequest::* member;
    std::int64_t least;
    std::int64_t most;
};
constexpr std::array<NumberField, 3> kNumbers{
    {{"n", &ImageRequest::n, 1, kImagesMax},
     {"output_compression", &ImageRequest::output_compression, 0, 100},
     {"partial_images", &ImageRequest::partial_images, 0, kPartialImagesMax}}};

/// Reads what the gateway knows of the fields. The model is not sent on, for every provider has its own, and nothing is
/// of a field without anything in it.
class EditFields {
public:
    explicit EditFields(ImageEditRequest& request) : request_(request) {}

    Result<bool> judge(const FormPart& part) {
        if (is_picture_field(part.name)) return judge_picture(part);
        const bool again = !seen_.insert(part.name).second;
        if (!is_known(part.name)) return again ? Result<bool>(true) : keep_other(part.name);
        if (again) return refuse_field(part.name, "invalid_value", "expected it once");
        if (part.name == kMaskField) return judge_file(part);
        if (part.filename) return refuse_field(part.name, "invalid_type", "expected a plain field, got a file");
        if (part.content.empty()) return false;
        return read(part);
    }

    [[nodiscard]] bool has_picture() const noexcept { return pictures_ != 0; }

private:
    static bool is_known(std::string_view name) {
        static constexpr std::array<std::string_view, 5> kOthers{kMaskField, "model", "response_format",
                                                                 "input_fidelity", "stream"};
        return std::ranges::count(kOthers, name) != 0 || std::ranges::count(kTexts, name, &TextField::name) != 0 ||
               std::ranges::count(kNumbers, name, &NumberField::name) != 0;
    }

    Result<bool> keep_other(std::string_view name) {
        const ingress::ExtensionBound& bound = ingress::kOperationExtensions;
        if (request_.others.size() == bound.max)
            return refuse_field(name, "object_above_max_properties", bound.refusal);
        request_.others.emplace_back(name);
        return true;
    }
    Result<bool> judge_picture(const FormPart& part) {
        if (++pictures_ > kPicturesMax)
            return refuse_field(part.name, "invalid_value",
                                "expected at most " + std::to_string(kPicturesMax) + " pictures");
        return judge_file(part);
    }
    static Result<bool> judge_file(const FormPart& part) {
        if (!part.filename)
            return refuse_field(part.name, "invalid_type", "expected a file, which has a filename, got a plain field");
        if (part.content.empty()) return refuse_field(part.name, "empty_image_file", "the file has no bytes");
        return true;
    }

    Result<bool> read(const FormPart& part) {
        for (const TextField& field : kTexts) {
            if (part.name != field.name) continue;
            request_.wanted.*field.member = part.content;
            return true;
        }
        for (const NumberField& field : kNumbers) {
            if (part.name == field.name)
                return read_number(part, field.least, field.most, request_.wanted.*field.member);
        }
        if (part.name == "model") return read_model(part);
        if (part.name == "response_format") return read_form(part);
        if (part.name == "input_fidelity") {
            request_.input_fidelity = part.content;
            return true;
        }
        return read_stream(part);
    }

    Result<bool> read_model(const FormPart& part) {
        if (part.content.size() > ingress::kModelBytesMax)
            return refuse_field("model", "invalid_value", "expected a name of 1 to 256 bytes");
        request_.wanted.model = part.content;
        return false;
    }
    static Result<bool> read_number(const FormPart& part, std::int64_t least, std::int64_t most,
                                    std::optional<std::int64_t>& number) {
        number = parse_i64(part.content);
        if (number && *number >= least && *number <= most) return true;
        return refuse_field(part.name, "invalid_value",
                            "expected an integer from " + std::to_string(least) + " to " + std::to_string(most));
    }
    Result<bool> read_form(const FormPart& part) {
        if (part.content != "b64_json" && part.content != "url")
            return refuse_field(part.name, "invalid_value", "expected b64_json or url");
        request_.wanted.form = part.content == "url" ? ImageForm::url : ImageForm::base64;
        return true;
    }
    Result<bool> read_stream(const FormPart& part) {
        const auto stream = form_flag(part.content);
        if (!stream) return refuse_field(part.name, "invalid_value", "expected true or false");
        request_.wanted.stream = *stream;
        return true;
    }

    ImageEditRequest& request_;
    std::set<std::string_view> seen_;
    std::size_t pictures_ = 0;
};

}  // namespace

Result<void> decode_image_edit_request(std::string& body, std::string_view boundary, ImageEditRequest& request) {
    EditFields fields(request);
    auto form =
        take_files_form(body, boundary, "image", [&fields](const FormPart& part) { return fields.judge(part); });
    if (!form) return std::unexpected(std::move(form.error()));
    static constexpr std::string_view kMissing = "missing_required_parameter";
    if (!fields.has_picture()) return refuse_field("image", kMissing, "the form has no such file");
    if (request.wanted.model.empty()) return refuse_field("model", kMissing, "the form has no such field");
    if (request.wanted.prompt.empty()) return refuse_field("prompt", kMissing, "the form has no such field");
    if (const auto conflict = find_conflict(request.wanted))
        return refuse_field(conflict->param, "unsupported_value", conflict->why);
    request.form = std::move(*form);
    return {};
}

}  // namespace breakwater
