#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/files_form.hpp"
#include "breakwater/canonical/form_body.hpp"
#include "breakwater/wire/multipart.hpp"

namespace breakwater {

/// What becomes of a field of a form: it goes on, it stays behind, or the form is refused.
using JudgeField = std::function<Result<bool>(const FormPart&)>;

/// The refusal of a form for one of its fields, of which `why` says what was expected.
std::unexpected<Error> refuse_field(std::string_view field, std::string_view code, std::string_view why);

/// What a field says that is true or false; nothing when it is neither.
std::optional<bool> form_flag(std::string_view content) noexcept;

/// Makes of a client's form what a provider gets, without a copy of its longest field. `judge` sees every field once
/// and returns true for those that go on. Takes the body. Errors: as read_form; invalid_request for a form whose file
/// (`file_field`) is missing or comes twice, and what `judge` says.
Result<FormBody> take_form(std::string& body, std::string_view boundary, std::string_view file_field,
                           const JudgeField& judge);

/// The same of a form with any number of files, whose places among each other are kept; `judge` decides about their
/// fields as about all others. Several files named `list` get the name `list[]`. Errors: as read_form, and what `judge`
/// says.
Result<FilesForm> take_files_form(std::string& body, std::string_view boundary, std::string_view list,
                                  const JudgeField& judge);

}  // namespace breakwater
