#include "breakwater/wire/ndjson_splitter.hpp"

#include <algorithm>
#include <utility>

#include "breakwater/base/kept_buffer.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::unexpected<Error> too_long() {
    return fail(ErrorKind::upstream_invalid, "The provider sent a line that is too long.");
}

}  // namespace

Result<void> NdjsonSplitter::feed(std::string_view bytes, LineHandler& handler) {
    while (true) {
        const std::size_t end = bytes.find('\n');
        const std::string_view piece = bytes.substr(0, end);
        if (partial_.size() + piece.size() > line_bytes_max_) return too_long();
        if (end == std::string_view::npos) {
            partial_ += piece;
            return {};
        }
        bytes.remove_prefix(end + 1);
        if (partial_.empty()) {
            if (auto done = line(piece, handler); !done) return done;
            continue;
        }
        partial_ += piece;
        Result<void> done = line(partial_, handler);
        clear_kept(partial_);
        if (!done) return done;
    }
}

Result<void> NdjsonSplitter::finish(LineHandler& handler) {
    const std::string last = std::exchange(partial_, {});
    return line(last, handler);
}

Result<void> NdjsonSplitter::line(std::string_view text, LineHandler& handler) {
    if (!started_) {
        // A stream that was cut may end within the mark.
        const bool marked = text.starts_with(kByteOrderMark) || kByteOrderMark.starts_with(text);
        if (marked) text.remove_prefix(std::min(text.size(), kByteOrderMark.size()));
        started_ = true;
    }
    text = trim(text);
    return text.empty() ? Result<void>() : handler.on_line(text);
}

}  // namespace breakwater
