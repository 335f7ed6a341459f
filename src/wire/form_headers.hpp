#pragma once

#include <optional>
#include <string_view>

namespace breakwater {

/// Header lines of a field of a form, all together.
inline constexpr std::size_t kFormHeaderBytesMax = 16u << 10;
inline constexpr std::size_t kFormFieldsMax = 256;

/// What is wrong with a form, in words that complete "cannot be read: "; the same for everybody who reads one.
namespace form_fault {
inline constexpr std::string_view kStart = "it does not begin with its boundary, which its Content-Type states";
inline constexpr std::string_view kFields = "it has more than 256 fields";
inline constexpr std::string_view kBoundaryLine = "something other than a line end is behind a boundary";
inline constexpr std::string_view kHeaders = "the header lines of a field do not end within 16 KB";
inline constexpr std::string_view kUnnamed = "a field has no Content-Disposition with its name";
inline constexpr std::string_view kUnclosed = "it ends inside a field, without its closing boundary";
inline constexpr std::string_view kBehind = "there is something behind its end";
}  // namespace form_fault

/// One parameter behind the first word of a header's value.
struct HeaderParameter {
    std::string_view name;
    std::string_view value;
};

/// Takes `; name=value` from the front of what stands behind a header's first word. False when it is none; escapes in a
/// quoted value are none, because not all readers know them.
bool take_parameter(std::string_view& rest, HeaderParameter& parameter);

/// Whether `rest`, what has come behind the last boundary's dashes, may be all that does.
bool is_form_epilogue(std::string_view rest) noexcept;

/// Reads the header lines of one field, one by one; views are of the line that named it.
class FormHeaders {
public:
    /// One that is not empty, without its line end. Returns what is wrong with it, or nothing.
    std::string_view take_line(std::string_view line);
    /// The empty line has come: what is wrong with all of them.
    [[nodiscard]] std::string_view end() const noexcept { return named_ ? std::string_view() : form_fault::kUnnamed; }
    [[nodiscard]] std::string_view name() const noexcept { return name_; }
    [[nodiscard]] std::optional<std::string_view> filename() const noexcept { return filename_; }

private:
    std::string_view read_disposition(std::string_view value);

    bool named_ = false;
    std::string_view name_;
    std::optional<std::string_view> filename_;
};

}  // namespace breakwater
