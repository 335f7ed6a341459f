#include "breakwater/wire/multipart.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {
namespace {

constexpr std::size_t kBoundaryMax = 70;
constexpr std::size_t kPartsMax = 256;
constexpr std::size_t kHeaderBytesMax = 16u << 10;
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

struct HeaderParameter {
    std::string_view name;
    std::string_view value;
};

/// Takes `; name=value` from the front of what stands behind a header's first word. False when it is none; escapes in a
/// quoted value are none, because not all readers know them.
bool take_parameter(std::string_view& rest, HeaderParameter& parameter) {
    rest = trim(rest);
    if (rest.empty() || rest.front() != ';') return false;
    rest = trim(rest.substr(1));
    const std::size_t sign = rest.find('=');
    if (sign == std::string_view::npos) return false;
    parameter.name = rest.substr(0, sign);
    if (!is_header_name(parameter.name)) return false;
    rest.remove_prefix(sign + 1);
    if (rest.starts_with('"')) {
        const std::size_t quote = rest.find('"', 1);
        if (quote == std::string_view::npos || rest[quote - 1] == '\\') return false;
        parameter.value = rest.substr(1, quote - 1);
        rest.remove_prefix(quote + 1);
        return true;
    }
    const std::size_t end = std::min(rest.find_first_of("; \t"), rest.size());
    parameter.value = rest.substr(0, end);
    rest.remove_prefix(end);
    return is_header_name(parameter.value);
}

std::unexpected<Error> invalid(std::string why) {
    Error error(ErrorKind::invalid_request, "The form in the request body cannot be read: " + std::move(why) + ".");
    error.code = "invalid_form";
    return std::unexpected(std::move(error));
}

/// Reads the parts one behind the other. A fault completes "the form cannot be read: ".
class FormReader {
public:
    FormReader(std::string_view body, std::string_view boundary)
        : body_(body), delimiter_("\r\n--" + std::string(boundary)) {}

    Result<std::vector<FormPart>> read() {
        std::vector<FormPart> parts;
        if (!body_.starts_with(std::string_view(delimiter_).substr(kLineEnd.size())))
            return invalid("it does not begin with its boundary, which its Content-Type states");
        while (true) {
            const std::size_t begin = at_;
            at_ += delimiter_.size() - kLineEnd.size();
            if (body_.substr(at_).starts_with("--")) break;
            if (parts.size() == kPartsMax) return invalid("it has more than 256 fields");
            FormPart part;
            if (const std::string_view fault = read_part(part); !fault.empty()) return invalid(std::string(fault));
            part.bytes = body_.substr(begin, at_ - begin);
            parts.push_back(part);
        }
        if (!trim(body_.substr(at_ + 2)).empty() || body_.size() - at_ > 2 + kLineEnd.size())
            return invalid("there is something behind its end");
        return parts;
    }

private:
    std::string_view read_part(FormPart& part) {
        if (!body_.substr(at_).starts_with(kLineEnd)) return "something other than a line end is behind a boundary";
        at_ += kLineEnd.size();
        if (const std::string_view fault = read_headers(part); !fault.empty()) return fault;
        const std::size_t end = body_.find(delimiter_, at_);
        if (end == std::string_view::npos) return "it ends inside a field, without its closing boundary";
        part.content = body_.substr(at_, end - at_);
        at_ = end + kLineEnd.size();
        return {};
    }

    std::string_view read_headers(FormPart& part) {
        const std::size_t limit = at_ + kHeaderBytesMax;
        bool named = false;
        while (true) {
            const std::size_t end = body_.substr(0, limit).find(kLineEnd, at_);
            if (end == std::string_view::npos) return "the header lines of a field do not end within 16 KB";
            const std::string_view line = body_.substr(at_, end - at_);
            at_ = end + kLineEnd.size();
            if (line.empty()) return named ? std::string_view() : "a field has no Content-Disposition with its name";
            const std::size_t colon = line.find(':');
            if (colon == std::string_view::npos || !is_header_name(line.substr(0, colon)))
                return "a field has a header line without a name";
            const std::string_view name = line.substr(0, colon);
            const std::string_view value = trim(line.substr(colon + 1));
            if (!is_header_value(value)) return "a header line of a field has control bytes";
            if (iequals(name, "content-transfer-encoding") && !is_plain_coding(value))
                return "a field has a Content-Transfer-Encoding; send its bytes as they are";
            if (!iequals(name, "content-disposition")) continue;
            if (std::exchange(named, true)) return "a field has two Content-Dispositions";
            if (const std::string_view fault = read_disposition(value, part); !fault.empty()) return fault;
        }
    }

    static bool is_plain_coding(std::string_view coding) noexcept {
        return iequals(coding, "binary") || iequals(coding, "8bit") || iequals(coding, "7bit");
    }

    static std::string_view read_disposition(std::string_view value, FormPart& part) {
        constexpr std::string_view kForm = "form-data";
        constexpr std::string_view kFault =
            "a Content-Disposition is not form-data with one name, and no escapes in it";
        if (!istarts_with(value, kForm)) return kFault;
        std::string_view rest = value.substr(kForm.size());
        std::optional<std::string_view> name;
        while (!trim(rest).empty()) {
            HeaderParameter parameter;
            if (!take_parameter(rest, parameter)) return kFault;
            if (iequals(parameter.name, "name")) {
                if (std::exchange(name, parameter.value)) return kFault;
            } else if (iequals(parameter.name, "name*")) {
                return kFault;  // another name, for who reads it
            } else if (iequals(parameter.name, "filename")) {
                if (std::exchange(part.filename, parameter.value)) return kFault;
            }
        }
        if (!name || name->empty() || name->find('\\') != std::string_view::npos) return kFault;
        part.name = *name;
        return {};
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
