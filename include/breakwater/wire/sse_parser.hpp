#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"

namespace breakwater {

/// One dispatched event. Views are valid until the next call on the parser.
struct SseEvent {
    std::string_view name{};   ///< the `event:` field, or empty
    std::string_view data{};   ///< `data:` lines joined with \n
    bool error_field = false;  ///< the data came from a line `error: ...` (old llama.cpp)
};

/// Consumer of SSE events; returns an Error to stop.
class SseHandler {
public:
    virtual ~SseHandler() = default;
    virtual Result<void> on_sse(const SseEvent& event) = 0;
};

/// Incremental server-sent-events parser (WHATWG HTML, 9.2), liberal as providers need it: LF, CRLF and CR line ends,
/// split anywhere; a BOM; comments; `data:` with or without a space. Bytes that lie whole within one feed are handed
/// out as views without a copy. One per stream, single-threaded, sans-IO. After an Error, no more calls.
class SseParser {
public:
    explicit SseParser(std::size_t event_bytes_max = 16u << 20) : event_bytes_max_(event_bytes_max) {}
    /// Calls the handler once for each event that `bytes` completes. Errors: an event beyond the limit
    /// (upstream_invalid), or what the handler returned.
    Result<void> feed(std::string_view bytes, SseHandler& handler);
    /// End of input: an unterminated last event is dispatched once, as if a blank line followed.
    Result<void> finish(SseHandler& handler);
    /// Comment lines seen so far (they prove that the socket lives, and nothing else).
    [[nodiscard]] std::size_t comments() const noexcept { return comments_; }

private:
    Result<void> feed_lines(std::string_view& bytes, SseHandler& handler);
    Result<void> line(std::string_view text, SseHandler& handler);
    Result<void> field(std::string_view name, std::string_view value);
    Result<void> dispatch(SseHandler& handler);
    void add_data(std::string_view value);
    void keep_lent_data();

    std::size_t event_bytes_max_;
    std::string partial_line_;      // an unfinished line, from earlier feeds
    std::string data_;              // data lines that had to be joined or kept
    std::string_view lent_data_{};  // the only data line so far, still in the caller's bytes; data_ is empty then
    std::string name_;
    std::size_t data_lines_ = 0;
    std::size_t comments_ = 0;
    bool lent_ = false;
    bool error_field_ = false;
    bool last_was_cr_ = false;
    bool started_ = false;
};

}  // namespace breakwater
