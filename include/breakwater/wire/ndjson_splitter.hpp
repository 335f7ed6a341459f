#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"

namespace breakwater {

/// Consumer of lines; returns an Error to stop.
class LineHandler {
public:
    virtual ~LineHandler() = default;
    /// One line without its end, valid during the call, never blank.
    virtual Result<void> on_line(std::string_view line) = 0;
};

/// Splits a stream of JSON values that stand in a line each (NDJSON) into its lines: LF and CRLF line ends, split
/// anywhere; a byte order mark before the first and blank lines are skipped. Lines that lie whole within one feed are
/// handed out as views without a copy. What the lines hold is the handler's. One per stream, single-threaded, sans-IO.
/// After an Error, no more calls.
class NdjsonSplitter {
public:
    explicit NdjsonSplitter(std::size_t line_bytes_max = 16u << 20) : line_bytes_max_(line_bytes_max) {}
    /// Calls the handler once for each line that `bytes` completes. Errors: a line beyond the limit (upstream_invalid),
    /// or what the handler returned.
    Result<void> feed(std::string_view bytes, LineHandler& handler);
    /// End of input: a last line without a line end is handed out.
    Result<void> finish(LineHandler& handler);

private:
    Result<void> line(std::string_view text, LineHandler& handler);

    std::size_t line_bytes_max_;
    std::string partial_;  // an unfinished line, from earlier feeds
    bool started_ = false;
};

}  // namespace breakwater
