#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace breakwater {

/// What the body of an answer turns out to be.
enum class BodyForm : std::uint8_t {
    undecided,  ///< too few bytes to tell
    json,       ///< one object
    sse,
    other,  ///< a page or plain text: not this dialect
};

/// Tells the form from the first bytes, blanks and a BOM before it left out. The content type only decides where they
/// do not: providers send JSON to who asked for a stream, and streams labelled as JSON. `rest` becomes the bytes
/// without what was left out.
BodyForm body_form(std::string_view bytes, bool event_stream, std::string_view& rest) noexcept;

/// Finds the form of a body that comes in pieces. Nearly always the first piece decides, and nothing is copied.
class BodyFormFinder {
public:
    [[nodiscard]] BodyForm form() const noexcept { return form_; }
    /// The bytes to read as `form()` says, what was kept before included: valid until the next call. Nothing while the
    /// form is undecided.
    std::optional<std::string_view> feed(std::string_view bytes, std::string_view content_type);

private:
    BodyForm form_ = BodyForm::undecided;
    std::string kept_;  ///< first bytes that do not tell what they begin
};

/// True when `json`, which cannot be read, stops inside a string, list or object: it was cut, not malformed.
bool is_cut(std::string_view json) noexcept;

}  // namespace breakwater
