#include "breakwater/wire/multipart.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/http_message.hpp"
#include "form_headers.hpp"

namespace breakwater {
namespace {

constexpr std::size_t kBoundaryMax = 70;
constexpr std::string_view kLineEnd = "\r\n";

/// RFC 2046, 5.1.1; a blank may not be the last one.
bool is_boundary(std::string_view text) noexcept {
    constexpr std::string_view kMarks = "'()+_,-./:=? ";
    const auto allowed = [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               kMarks.find(c) != std::string_view::npos;
    };
    return !text.empty() && text.size() <= kBoundaryMax && text.back() != ' ' && std::ranges::all_of(text, allowed);
}

/// Reads the parts one behind the other.
class FormReader {
public:
    FormReader(std::string_view body, std::string_view boundary)
        : body_(body), delimiter_("\r\n--" + std::string(boundary)) {}

    Result<std::vector<FormPart>> read() {
        std::vector<FormPart> parts;
        if (!body_.starts_with(std::string_view(delimiter_).substr(kLineEnd.size())))
            return invalid_form(form_fault::kStart);
        while (true) {
            const std::size_t begin = at_;
            at_ += delimiter_.size() - kLineEnd.size();
            if (body_.substr(at_).starts_with("--")) break;
            if (parts.size() == kFormFieldsMax) return invalid_form(form_fault::kFields);
            FormPart part;
            if (const std::string_view fault = read_part(part); !fault.empty()) return invalid_form(fault);
            part.bytes = body_.substr(begin, at_ - begin);
            parts.push_back(part);
        }
        if (!is_form_epilogue(body_.substr(at_ + 2))) return invalid_form(form_fault::kBehind);
        return parts;
    }

private:
    std::string_view read_part(FormPart& part) {
        if (!body_.substr(at_).starts_with(kLineEnd)) return form_fault::kBoundaryLine;
        at_ += kLineEnd.size();
        if (const std::string_view fault = read_headers(part); !fault.empty()) return fault;
        const std::size_t end = body_.find(delimiter_, at_);
        if (end == std::string_view::npos) return form_fault::kUnclosed;
        part.content = body_.substr(at_, end - at_);
        at_ = end + kLineEnd.size();
        return {};
    }

    std::string_view read_headers(FormPart& part) {
        const std::size_t limit = at_ + kFormHeaderBytesMax;
        FormHeaders headers;
        while (true) {
            const std::size_t end = body_.substr(0, limit).find(kLineEnd, at_);
            if (end == std::string_view::npos) return form_fault::kHeaders;
            const std::string_view line = body_.substr(at_, end - at_);
            at_ = end + kLineEnd.size();
            if (line.empty()) break;
            if (const std::string_view fault = headers.take_line(line); !fault.empty()) return fault;
        }
        part.name = headers.name();
        part.filename = headers.filename();
        return headers.end();
    }

    std::string_view body_;
    std::string delimiter_;  ///< with the line end before it
    std::size_t at_ = 0;
};

}  // namespace

Result<std::string> form_boundary(std::string_view content_type) {
    const auto refuse = [](std::string_view why) {
        return fail(ErrorKind::unsupported_media_type,
                    "This path takes a form with files, `Content-Type: multipart/form-data; boundary=...`" +
                        std::string(why) + ". HTTP clients write that themselves when they are given files.");
    };
    if (!is_media_type(content_type, "multipart/form-data")) return refuse("");
    std::string_view rest = content_type.substr(std::min(content_type.find(';'), content_type.size()));
    std::optional<std::string_view> boundary;
    while (!trim(rest).empty()) {
        HeaderParameter parameter;
        if (!take_parameter(rest, parameter)) return refuse("; its parameters cannot be read");
        if (!iequals(parameter.name, "boundary")) continue;
        if (std::exchange(boundary, parameter.value)) return refuse("; it states two boundaries");
    }
    if (!boundary || !is_boundary(*boundary)) return refuse("; it states no valid boundary");
    return std::string(*boundary);
}

std::unexpected<Error> invalid_form(std::string_view why) {
    Error error(ErrorKind::invalid_request, "The form in the request body cannot be read: " + std::string(why) + ".");
    error.code = "invalid_form";
    return std::unexpected(std::move(error));
}

std::string form_content_type(std::string_view boundary) {
    constexpr std::string_view kType = "multipart/form-data; boundary=";
    if (is_header_name(boundary)) return std::string(kType).append(boundary);
    return std::string(kType).append("\"").append(boundary).append("\"");
}

void append_form_field(std::string& out, std::string_view boundary, std::string_view name, std::string_view value) {
    out.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"").append(name);
    out.append("\"\r\n\r\n").append(value).append("\r\n");
}

std::string form_end(std::string_view boundary) {
    return std::string("--").append(boundary).append("--\r\n");
}

Result<std::vector<FormPart>> read_form(std::string_view body, std::string_view boundary) {
    return FormReader(body, boundary).read();
}

}  // namespace breakwater
