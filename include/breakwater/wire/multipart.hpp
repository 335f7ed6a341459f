#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/base/error.hpp"

namespace breakwater {

// Bodies of type multipart/form-data (RFC 7578, RFC 2046 section 5.1), which carry files. Read strictly where two
// readers could find different parts in the same bytes, for what is read here is sent on as it came.

/// One field of a form; all views are of the body that was read.
struct FormPart {
    std::string_view name{};
    std::optional<std::string_view> filename{};  ///< of a file, as it was written
    std::string_view content{};
    /// All of the part: the line of its delimiter, its header lines, its content and the line end behind that.
    std::string_view bytes{};
};

/// The boundary that a Content-Type states, 1 to 70 characters. Errors: unsupported_media_type for what is no form, or
/// one without a valid boundary.
Result<std::string> form_boundary(std::string_view content_type);

/// The Content-Type of a form with that boundary.
std::string form_content_type(std::string_view boundary);

/// Adds a part that is no file, whole, to a form with that boundary. Neither name nor value may hold it.
void append_form_field(std::string& out, std::string_view boundary, std::string_view name, std::string_view value);

/// The line behind the last part.
std::string form_end(std::string_view boundary);

/// The refusal of a form of which `why` says what is wrong: invalid_request with code invalid_form.
std::unexpected<Error> invalid_form(std::string_view why);

/// The parts of a whole body, in order; at most 256 of them, each with at most 16 KB of header lines. Refused are bytes
/// before the first delimiter and behind the last one, delimiters with anything behind them on their line, parts
/// without exactly one name or with a transfer coding, and names and file names with escapes. Errors: invalid_request
/// with code invalid_form and what was expected.
Result<std::vector<FormPart>> read_form(std::string_view body, std::string_view boundary);

}  // namespace breakwater
