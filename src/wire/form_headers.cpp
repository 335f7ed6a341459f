#include "form_headers.hpp"

#include <algorithm>
#include <utility>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {
namespace {

bool is_plain_coding(std::string_view coding) noexcept {
    return iequals(coding, "binary") || iequals(coding, "8bit") || iequals(coding, "7bit");
}

}  // namespace

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

bool is_form_epilogue(std::string_view rest) noexcept {
    return rest.size() <= 2 && trim(rest).empty();
}

std::string_view FormHeaders::take_line(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_header_name(line.substr(0, colon)))
        return "a field has a header line without a name";
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (!is_header_value(value)) return "a header line of a field has control bytes";
    if (iequals(name, "content-transfer-encoding") && !is_plain_coding(value))
        return "a field has a Content-Transfer-Encoding; send its bytes as they are";
    if (!iequals(name, "content-disposition")) return {};
    if (std::exchange(named_, true)) return "a field has two Content-Dispositions";
    return read_disposition(value);
}

std::string_view FormHeaders::read_disposition(std::string_view value) {
    constexpr std::string_view kForm = "form-data";
    constexpr std::string_view kFault = "a Content-Disposition is not form-data with one name, and no escapes in it";
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
            if (std::exchange(filename_, parameter.value)) return kFault;
        }
    }
    if (!name || name->empty() || name->find('\\') != std::string_view::npos) return kFault;
    name_ = *name;
    return {};
}

}  // namespace breakwater
