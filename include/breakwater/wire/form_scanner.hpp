#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"

namespace breakwater {

/// Told of the fields of a form as they come. An error of its own ends the reading.
class FormSink {
public:
    /// A field begins. `at` is where in the body: at the line of its delimiter.
    virtual Result<void> on_field(std::string_view name, std::optional<std::string_view> filename,
                                  std::uint64_t at) = 0;
    /// More of its content.
    virtual Result<void> on_content(std::string_view bytes) = 0;
    /// It has ended, and the next delimiter's line begins at `at`.
    virtual Result<void> on_field_end(std::uint64_t at) = 0;

protected:
    ~FormSink() = default;
};

/// Reads a form (multipart/form-data) that comes in pieces of any size, and holds no more of it than the header lines
/// of one field, at most 16 KB. What it takes and refuses is what `read_form` does of the whole. Sans-IO; one per body.
/// After an error no more calls.
class FormScanner {
public:
    /// The sink outlives it.
    FormScanner(std::string_view boundary, FormSink& sink);

    /// Errors: as read_form, and what the sink says.
    Result<void> feed(std::string_view bytes);
    /// The body has ended. Errors: as read_form for one that ends too soon.
    Result<void> finish();

private:
    enum class State : std::uint8_t {
        delimiter,      ///< the first one, which has no line end before it
        delimiter_end,  ///< the two bytes behind one
        headers,
        content,
        epilogue,  ///< behind the last one
    };
    Result<void> take_delimiter(std::string_view& bytes);
    Result<void> take_delimiter_end(std::string_view& bytes);
    Result<void> take_headers(std::string_view& bytes);
    Result<void> end_headers();
    Result<void> take_content(std::string_view& bytes);
    Result<void> go_on_matching(std::string_view& bytes);
    Result<void> end_content();
    Result<void> take_epilogue(std::string_view& bytes);
    void skip(std::string_view& bytes, std::size_t count) noexcept;

    FormSink& sink_;
    std::string delimiter_;  ///< with the line end before it
    State state_ = State::delimiter;
    std::uint64_t at_ = 0;        ///< bytes that have been read
    std::uint64_t field_at_ = 0;  ///< where the line of the last delimiter begins
    std::size_t matched_;         ///< of the delimiter, which may go on in the next piece
    std::size_t fields_ = 0;
    std::string lines_;        ///< what has come of a field's header lines, or behind a delimiter
    std::size_t line_at_ = 0;  ///< where in them the last line begins
};

}  // namespace breakwater
