#include "problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "breakwater/base/strings.hpp"
#include "redaction.hpp"

namespace breakwater::config {
namespace {

// A hostile or generated file must not turn into gigabytes of report.
constexpr std::size_t kProblemsMax = 500;
constexpr std::size_t kLineBytesMax = 200;
// What is covered may begin in the shown part of a line and end behind it.
constexpr std::size_t kCoveredBytesMax = kLineBytesMax + 4096;
// Each costs a search of every shown line; covering by place has no such bound.
constexpr std::size_t kSecretsMax = 1000;
// Shorter texts are words of ours as well.
constexpr std::size_t kSecretInLineMin = 4;
constexpr std::size_t kSecretInMessageMin = 8;

/// Covers every `secret` in `text`.
void cover_all(std::string& text, std::string_view secret) {
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
        at = cover(text, at, at + secret.size());
    }
}

/// Of the character in the 1-based `column`.
std::size_t byte_offset(std::string_view line, int column) noexcept {
    std::size_t at = 0;
    for (int left = column - 1; left > 0 && at < line.size(); --left) {
        ++at;
        while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0u) == 0x80u) ++at;
    }
    return at;
}

bool same_place_and_text(const Problem& a, const Problem& b) {
    return a.mark.line == b.mark.line && a.mark.column == b.mark.column && a.message == b.message;
}

}  // namespace

void Problems::add(Mark mark, std::string_view message, std::string_view hint) {
    if (found_.size() >= kProblemsMax) {
        ++suppressed_;
        return;
    }
    found_.push_back({file_, mark, printable(message), printable(hint), {}});
}

void Problems::hide(std::string_view secret) {
    if (secret.size() >= kSecretInLineMin && secrets_.size() < kSecretsMax) secrets_.emplace(secret);
}

std::string Problems::shown_line(int number) const {
    std::string line(source_.line(number).substr(0, kCoveredBytesMax));
    for (const Mark& mark : hidden_places_) {
        if (mark.line == number && mark.column <= static_cast<int>(kCoveredBytesMax))
            cover_value(line, byte_offset(line, mark.column));
    }
    for (const std::string& secret : secrets_) cover_all(line, secret);
    cover_secrets(line);
    if (line.size() > kLineBytesMax) line = replace_invalid_utf8(std::string_view(line).substr(0, kLineBytesMax));
    return line;
}

void Problems::cover_messages() {
    for (const std::string& secret : secrets_) {
        if (secret.size() < kSecretInMessageMin) continue;
        for (Problem& problem : found_) {
            cover_all(problem.message, secret);
            cover_all(problem.hint, secret);
        }
    }
}

std::vector<Problem> Problems::take() {
    cover_messages();
    std::ranges::sort(found_, {}, [](const Problem& p) { return std::tie(p.mark.line, p.mark.column, p.message); });
    const auto repeated = std::ranges::unique(found_, same_place_and_text);
    found_.erase(repeated.begin(), repeated.end());
    // Many problems may be in one long line, which is then covered once.
    const Problem* above = nullptr;
    for (Problem& problem : found_) {
        const bool same_line = above != nullptr && above->mark.line == problem.mark.line;
        problem.line_text = same_line ? above->line_text : shown_line(problem.mark.line);
        above = &problem;
    }
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
