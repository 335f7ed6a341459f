#include "problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "breakwater/base/strings.hpp"

namespace breakwater::config {
namespace {

// A hostile or generated file must not turn into gigabytes of report.
constexpr std::size_t kProblemsMax = 500;
constexpr std::size_t kLineBytesMax = 200;

/// Covers `[from, to)` with one asterisk per character, so that the caret below still points at the right column.
void cover(std::string& line, std::size_t from, std::size_t to) {
    const std::size_t characters = character_count(std::string_view(line).substr(from, to - from));
    line.replace(from, to - from, std::string(characters, '*'));
}

/// `${NAME` with a variable's name: not the credential itself.
bool is_reference(std::string_view value) {
    if (!value.starts_with("${")) return false;
    const std::size_t end =
        value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_", 2);
    return end != std::string_view::npos && (value[end] == '}' || value[end] == ':');
}

/// A literal `api_key` is covered by its text as well, because a file with a syntax error may have no node for it.
void cover_api_keys(std::string& line) {
    constexpr std::string_view kKey = "api_key";
    for (std::size_t at = line.find(kKey); at != std::string::npos; at = line.find(kKey, at + 1)) {
        const std::size_t from = line.find_first_not_of(" \t:\"'", at + kKey.size());
        if (from == std::string::npos) return;
        const std::string_view value = std::string_view(line).substr(from);
        if (is_reference(value) || value.starts_with("file:")) continue;
        cover(line, from, std::min(line.find_first_of(" ,}\"'", from), line.size()));
    }
}

bool same_place_and_text(const Problem& a, const Problem& b) {
    return a.mark.line == b.mark.line && a.mark.column == b.mark.column && a.message == b.message;
}

}  // namespace

void Problems::add(Mark mark, std::string message, std::string hint) {
    if (found_.size() >= kProblemsMax) {
        ++suppressed_;
        return;
    }
    found_.push_back({file_, mark, std::move(message), std::move(hint), {}});
}

void Problems::hide(std::string_view secret) {
    if (!secret.empty()) secrets_.emplace_back(secret);
}

std::string Problems::shown_line(int number) const {
    std::string line(source_.line(number));
    for (const std::string& secret : secrets_) {
        for (std::size_t at = line.find(secret); at != std::string::npos; at = line.find(secret, at + 1)) {
            cover(line, at, at + secret.size());
        }
    }
    cover_api_keys(line);
    if (line.size() > kLineBytesMax) line = replace_invalid_utf8(std::string_view(line).substr(0, kLineBytesMax));
    return line;
}

std::vector<Problem> Problems::take() {
    std::ranges::sort(found_, {}, [](const Problem& p) { return std::tie(p.mark.line, p.mark.column, p.message); });
    const auto repeated = std::ranges::unique(found_, same_place_and_text);
    found_.erase(repeated.begin(), repeated.end());
    for (Problem& problem : found_) problem.line_text = shown_line(problem.mark.line);
    if (suppressed_ > 0) {
        found_.push_back(
            {file_, {}, fmt::format("{} more problems are not shown", suppressed_), "correct the first ones", {}});
    }
    return std::move(found_);
}

std::string to_string(const Problem& problem) {
    std::string text = problem.file;
    if (problem.mark.line > 0) text += fmt::format(":{}:{}", problem.mark.line, problem.mark.column);
    text += ": " + problem.message + "\n";
    if (problem.mark.line > 0 && !trim(problem.line_text).empty()) {
        // A tab is one column wide in editors' column counts, so it is shown as one blank.
        std::string line = problem.line_text;
        std::ranges::replace(line, '\t', ' ');
        const std::string number = std::to_string(problem.mark.line);
        text += fmt::format("  {} | {}\n", number, line);
        const auto column = static_cast<std::size_t>(std::max(problem.mark.column, 1));
        if (column <= character_count(line) + 1) {
            text += fmt::format("  {} | {}^\n", std::string(number.size(), ' '), std::string(column - 1, ' '));
        }
    }
    if (!problem.hint.empty()) text += "  help: " + problem.hint + "\n";
    return text;
}

}  // namespace breakwater::config
