#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/config/config.hpp"

namespace breakwater::config {

/// The text of a configuration file, made fit for the YAML parser (no byte order mark, LF line ends, well-formed UTF-8,
/// no control characters) with the same lines as the file, so that every mark is one that an editor shows.
class SourceText {
public:
    struct Fault {
        Mark mark;
        std::string message;
        std::string hint;
    };

    explicit SourceText(std::string_view bytes);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// What had to be replaced to make the text fit; at most one fault of a sort per line.
    [[nodiscard]] const std::vector<Fault>& faults() const noexcept { return faults_; }
    /// Line `number` (1-based) without its end; empty outside of the text.
    [[nodiscard]] std::string_view line(int number) const noexcept;
    [[nodiscard]] int line_count() const noexcept { return static_cast<int>(starts_.size()); }
    /// From the parser's zero-based line and byte column to one-based line and character column.
    /// Not for several threads at a time.
    [[nodiscard]] Mark mark(int line, int byte_column) const noexcept;
    /// The text from the parser's zero-based position on.
    [[nodiscard]] std::string_view from(int line, int byte_column) const noexcept;

private:
    void note_line_faults(std::string_view line);

    std::string text_;
    std::vector<std::size_t> starts_;
    /// Where the last mark was: marks of one line mostly come from left to right, and a line may be the whole file.
    struct Counted {
        int line = -1;
        std::size_t bytes = 0;
        std::size_t characters = 0;
    };
    mutable Counted counted_;
    std::vector<Fault> faults_;
};

/// Characters (not bytes) in well-formed UTF-8.
std::size_t character_count(std::string_view utf8) noexcept;

}  // namespace breakwater::config
