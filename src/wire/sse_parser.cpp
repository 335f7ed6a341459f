#include "breakwater/wire/sse_parser.hpp"

#include <algorithm>

#include "breakwater/base/kept_buffer.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::unexpected<Error> too_large(std::size_t limit) {
    return fail(ErrorKind::upstream_invalid,
                "The provider sent a stream event larger than " + std::to_string(limit) + " bytes.");
}

/// Cuts lines off a text. Where the next LF stands is remembered, because a provider that ends lines with CR alone
/// would otherwise make us search the rest of the text once per line.
class LineCutter {
public:
    explicit LineCutter(std::string_view bytes) noexcept : bytes_(bytes), line_feed_(bytes.find('\n')) {}

    /// The next line without its end, or nothing when the rest has no line end.
    bool next(std::string_view& line) noexcept {
        const std::size_t stop = std::min(line_feed_, bytes_.size());
        const std::string_view candidate = bytes_.substr(at_, stop - at_);
        const std::size_t carriage_return = candidate.find('\r');
        if (carriage_return == std::string_view::npos && line_feed_ == std::string_view::npos) return false;
        line = candidate.substr(0, carriage_return);
        ended_with_cr_ = carriage_return != std::string_view::npos;
        at_ += line.size() + 1;
        if (ended_with_cr_ && at_ == line_feed_) {
            ++at_;
            ended_with_cr_ = false;
        }
        if (line_feed_ < at_) line_feed_ = bytes_.find('\n', at_);
        return true;
    }
    [[nodiscard]] std::string_view rest() const noexcept { return bytes_.substr(at_); }
    /// The last line ended with a CR whose LF, if it has one, has not been seen.
    [[nodiscard]] bool ended_with_cr() const noexcept { return ended_with_cr_; }

private:
    std::string_view bytes_;
    std::size_t at_ = 0;
    std::size_t line_feed_;
    bool ended_with_cr_ = false;
};

}  // namespace

Result<void> SseParser::feed(std::string_view bytes, SseHandler& handler) {
    if (bytes.empty()) return {};
    if (last_was_cr_ && bytes.front() == '\n') bytes.remove_prefix(1);
    last_was_cr_ = false;

    if (!partial_line_.empty()) {
        const std::size_t end = bytes.find_first_of("\r\n");
        const std::string_view head = bytes.substr(0, end);
        if (partial_line_.size() + head.size() > event_bytes_max_) return too_large(event_bytes_max_);
        partial_line_.append(head);
        if (end == std::string_view::npos) return {};
        // The line's data is lent out of partial_line_, which stays untouched until the end of this call.
        if (auto done = line(partial_line_, handler); !done) return done;
        const bool cr = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        if (cr && bytes.starts_with('\n'))
            bytes.remove_prefix(1);
        else
            last_was_cr_ = cr && bytes.empty();
    }
    if (auto done = feed_lines(bytes, handler); !done) return done;
    keep_lent_data();
    clear_kept(partial_line_);
    if (bytes.size() > event_bytes_max_) return too_large(event_bytes_max_);
    partial_line_.assign(bytes);
    return {};
}

/// Takes all whole lines off `bytes`.
Result<void> SseParser::feed_lines(std::string_view& bytes, SseHandler& handler) {
    if (bytes.empty()) return {};
    LineCutter cutter(bytes);
    std::string_view text;
    while (cutter.next(text)) {
        if (auto done = line(text, handler); !done) return done;
    }
    bytes = cutter.rest();
    last_was_cr_ = cutter.ended_with_cr() && bytes.empty();
    return {};
}

Result<void> SseParser::finish(SseHandler& handler) {
    if (!partial_line_.empty()) {
        if (auto done = line(partial_line_, handler); !done) return done;
    }
    auto done = dispatch(handler);
    partial_line_.clear();
    return done;
}

Result<void> SseParser::line(std::string_view text, SseHandler& handler) {
    if (!started_) {
        started_ = true;
        if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    }
    if (text.empty()) return dispatch(handler);
    const std::size_t colon = text.find(':');
    if (colon == 0) {
        ++comments_;
        return {};
    }
    std::string_view value = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    return field(text.substr(0, colon), value);
}

Result<void> SseParser::field(std::string_view name, std::string_view value) {
    if (name == "data" || name == "error") {
        const std::size_t so_far = lent_ ? lent_data_.size() : data_.size();
        if (so_far + value.size() + 1 > event_bytes_max_) return too_large(event_bytes_max_);
        add_data(value);
        if (name == "error") error_field_ = true;
    } else if (name == "event") {
        if (value.size() > event_bytes_max_) return too_large(event_bytes_max_);
        name_.assign(value);
    }
    // `id`, `retry` and whatever else there may be have no meaning for an answer.
    return {};
}

void SseParser::add_data(std::string_view value) {
    if (data_lines_++ == 0) {
        lent_data_ = value;
        lent_ = true;
        return;
    }
    keep_lent_data();
    data_ += '\n';
    data_ += value;
}

/// The caller's bytes are about to go, or more lines follow: what was lent out must be ours.
void SseParser::keep_lent_data() {
    if (!lent_) return;
    data_.assign(lent_data_);
    lent_ = false;
}

/// A blank line. Without data there is no event, and the name is forgotten.
Result<void> SseParser::dispatch(SseHandler& handler) {
    Result<void> done;
    if (data_lines_ > 0) {
        done = handler.on_sse(
            {.name = name_, .data = lent_ ? lent_data_ : std::string_view(data_), .error_field = error_field_});
    }
    name_.clear();
    clear_kept(data_);
    data_lines_ = 0;
    lent_ = false;
    error_field_ = false;
    return done;
}

}  // namespace breakwater
