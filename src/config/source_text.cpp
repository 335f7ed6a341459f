#include "source_text.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"

namespace breakwater::config {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_control(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7F;
}

bool is_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u;
}

std::size_t sequence_length(char lead) noexcept {
    const auto byte = static_cast<unsigned char>(lead);
    if (byte < 0x80) return 1;
    if (byte < 0xE0) return 2;
    return byte < 0xF0 ? 3 : 4;
}

/// Bytes before the first ill-formed sequence.
std::string_view well_formed_prefix(std::string_view line) noexcept {
    std::size_t at = 0;
    while (at < line.size()) {
        const std::size_t length = std::min(sequence_length(line[at]), line.size() - at);
        if (!is_valid_utf8(line.substr(at, length))) break;
        at += length;
    }
    return line.substr(0, at);
}

}  // namespace

std::size_t character_count(std::string_view utf8) noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return !is_continuation(c); }));
}

SourceText::SourceText(std::string_view bytes) {
    if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
    text_.reserve(bytes.size());
    while (true) {
        const std::size_t end = bytes.find('\n');
        std::string_view line = bytes.substr(0, end);
        if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
        starts_.push_back(text_.size());
        note_line_faults(line);
        text_ += is_valid_utf8(line) ? std::string(line) : replace_invalid_utf8(line);
        if (end == std::string_view::npos) break;
        text_ += '\n';
        bytes.remove_prefix(end + 1);
    }
    std::ranges::replace_if(text_, is_control, ' ');
}

void SourceText::note_line_faults(std::string_view line) {
    const int number = static_cast<int>(starts_.size());
    const std::string_view prefix = well_formed_prefix(line);
    if (prefix.size() < line.size()) {
        faults_.push_back({Mark{number, static_cast<int>(character_count(prefix)) + 1}, "the file is not UTF-8 here",
                           "save the file with the encoding UTF-8"});
    }
    const auto control = std::ranges::find_if(prefix, is_control);
    if (control != prefix.end()) {
        const std::string_view before(prefix.begin(), control);
        faults_.push_back({Mark{number, static_cast<int>(character_count(before)) + 1},
                           "a control character is not allowed here",
                           "remove it, or write it as an escape in double quotes"});
    }
}

std::string_view SourceText::line(int number) const noexcept {
    if (number < 1 || number > line_count()) return {};
    const auto index = static_cast<std::size_t>(number) - 1;
    const std::size_t end = index + 1 < starts_.size() ? starts_[index + 1] - 1 : text_.size();
    return std::string_view(text_).substr(starts_[index], end - starts_[index]);
}

Mark SourceText::mark(int line_index, int byte_column) const noexcept {
    // The parser may point behind the last line, after the final line end: what is wrong is at the end of the last line
    // with text.
    if (line_index >= line_count() ||
        (line_index == line_count() - 1 && line(line_index + 1).empty() && line_index > 0)) {
        int last = std::min(line_index, line_count());
        while (last > 1 && trim(line(last)).empty()) --last;
        return {last, static_cast<int>(character_count(line(last))) + 1};
    }
    const std::string_view text = line(line_index + 1);
    const std::size_t bytes = std::min(static_cast<std::size_t>(std::max(byte_column, 0)), text.size());
    if (counted_.line != line_index || counted_.bytes > bytes) counted_ = {.line = line_index};
    counted_.characters += character_count(text.substr(counted_.bytes, bytes - counted_.bytes));
    counted_.bytes = bytes;
    return {line_index + 1, static_cast<int>(counted_.characters) + 1};
}

std::string_view SourceText::from(int line_index, int byte_column) const noexcept {
    if (line_index < 0 || byte_column < 0 || line_index >= line_count()) return {};
    const std::size_t at = starts_[static_cast<std::size_t>(line_index)] + static_cast<std::size_t>(byte_column);
    return at <= text_.size() ? std::string_view(text_).substr(at) : std::string_view{};
}

}  // namespace breakwater::config
