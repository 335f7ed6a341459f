#include "breakwater/wire/form_scanner.hpp"

#include <algorithm>
#include <utility>

#include "breakwater/wire/multipart.hpp"
#include "form_headers.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kEndMark = "--";

/// How much of the delimiter stands at the end of `bytes`, which do not hold all of it. Only its first byte is a CR, so
/// that it can begin at the last one alone.
std::size_t begun_at_end(std::string_view bytes, std::string_view delimiter) noexcept {
    const std::size_t at = bytes.rfind('\r');
    if (at == std::string_view::npos) return 0;
    return delimiter.starts_with(bytes.substr(at)) ? bytes.size() - at : 0;
}

}  // namespace

FormScanner::FormScanner(std::string_view boundary, FormSink& sink)
    : sink_(sink), delimiter_("\r\n--" + std::string(boundary)), matched_(kLineEnd.size()) {}

void FormScanner::skip(std::string_view& bytes, std::size_t count) noexcept {
    bytes.remove_prefix(count);
    at_ += count;
}

Result<void> FormScanner::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        Result<void> taken;
        switch (state_) {
            case State::delimiter:
                taken = take_delimiter(bytes);
                break;
            case State::delimiter_end:
                taken = take_delimiter_end(bytes);
                break;
            case State::headers:
                taken = take_headers(bytes);
                break;
            case State::content:
                taken = take_content(bytes);
                break;
            case State::epilogue:
                taken = take_epilogue(bytes);
                break;
        }
        if (!taken) return taken;
    }
    return {};
}

Result<void> FormScanner::finish() {
    switch (state_) {
        case State::delimiter:
            return invalid_form(form_fault::kStart);
        case State::delimiter_end:
            return invalid_form(fields_ == kFormFieldsMax ? form_fault::kFields : form_fault::kBoundaryLine);
        case State::headers:
            return invalid_form(form_fault::kHeaders);
        case State::content:
            return invalid_form(form_fault::kUnclosed);
        case State::epilogue:
            break;
    }
    return {};
}

Result<void> FormScanner::take_delimiter(std::string_view& bytes) {
    const std::string_view rest = std::string_view(delimiter_).substr(matched_);
    const std::size_t here = std::min(rest.size(), bytes.size());
    if (bytes.substr(0, here) != rest.substr(0, here)) return invalid_form(form_fault::kStart);
    matched_ += here;
    skip(bytes, here);
    if (matched_ == delimiter_.size()) state_ = State::delimiter_end;
    return {};
}

// They say whether a field follows.
Result<void> FormScanner::take_delimiter_end(std::string_view& bytes) {
    const std::size_t here = std::min(kLineEnd.size() - lines_.size(), bytes.size());
    lines_ += bytes.substr(0, here);
    skip(bytes, here);
    if (lines_.size() < kLineEnd.size()) return {};
    const bool last = lines_ == kEndMark;
    if (!last && fields_ == kFormFieldsMax) return invalid_form(form_fault::kFields);
    if (!last && lines_ != kLineEnd) return invalid_form(form_fault::kBoundaryLine);
    ++fields_;
    lines_.clear();
    line_at_ = 0;
    state_ = last ? State::epilogue : State::headers;
    return {};
}

// Gathers the lines until the empty one has come.
Result<void> FormScanner::take_headers(std::string_view& bytes) {
    const std::size_t end = bytes.find('\n');
    const std::size_t here = end == std::string_view::npos ? bytes.size() : end + 1;
    if (lines_.size() + here > kFormHeaderBytesMax) return invalid_form(form_fault::kHeaders);
    lines_ += bytes.substr(0, here);
    skip(bytes, here);
    const std::string_view line = std::string_view(lines_).substr(line_at_);
    if (!line.ends_with(kLineEnd)) return {};
    if (line.size() == kLineEnd.size()) return end_headers();
    line_at_ = lines_.size();
    return {};
}

Result<void> FormScanner::end_headers() {
    FormHeaders headers;
    std::string_view rest = std::string_view(lines_).substr(0, line_at_);
    while (!rest.empty()) {
        const std::size_t end = rest.find(kLineEnd);
        if (const std::string_view fault = headers.take_line(rest.substr(0, end)); !fault.empty())
            return invalid_form(fault);
        rest.remove_prefix(end + kLineEnd.size());
    }
    if (const std::string_view fault = headers.end(); !fault.empty()) return invalid_form(fault);
    state_ = State::content;
    matched_ = 0;
    return sink_.on_field(headers.name(), headers.filename(), field_at_);
}

Result<void> FormScanner::take_content(std::string_view& bytes) {
    if (matched_ > 0) return go_on_matching(bytes);
    const std::size_t found = bytes.find(delimiter_);
    const bool whole = found != std::string_view::npos;
    matched_ = whole ? delimiter_.size() : begun_at_end(bytes, delimiter_);
    const std::string_view content = bytes.substr(0, whole ? found : bytes.size() - matched_);
    skip(bytes, content.size() + matched_);
    if (!content.empty()) {
        if (auto taken = sink_.on_content(content); !taken) return taken;
    }
    return whole ? end_content() : Result<void>();
}

// What looked like the delimiter in the last piece is content when it goes on as something else.
Result<void> FormScanner::go_on_matching(std::string_view& bytes) {
    const std::string_view rest = std::string_view(delimiter_).substr(matched_);
    const auto same = std::ranges::mismatch(rest, bytes).in1 - rest.begin();
    if (static_cast<std::size_t>(same) < std::min(rest.size(), bytes.size())) {
        const std::size_t begun = std::exchange(matched_, 0);
        if (auto taken = sink_.on_content(std::string_view(delimiter_).substr(0, begun)); !taken) return taken;
        return {};
    }
    matched_ += static_cast<std::size_t>(same);
    skip(bytes, static_cast<std::size_t>(same));
    return matched_ == delimiter_.size() ? end_content() : Result<void>();
}

Result<void> FormScanner::end_content() {
    state_ = State::delimiter_end;
    matched_ = 0;
    lines_.clear();
    field_at_ = at_ - (delimiter_.size() - kLineEnd.size());
    return sink_.on_field_end(field_at_);
}

Result<void> FormScanner::take_epilogue(std::string_view& bytes) {
    lines_ += bytes.substr(0, kLineEnd.size() + 1);
    skip(bytes, bytes.size());
    return is_form_epilogue(lines_) ? Result<void>() : invalid_form(form_fault::kBehind);
}

}  // namespace breakwater
