#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"

namespace breakwater::bedrock {

/// One message of an event stream. Views are valid during the call that delivers them. Headers that are not named here
/// are checked and passed over, as are those that are no text.
struct EventFrame {
    std::string_view message_type{};    ///< event, exception or error
    std::string_view event_type{};      ///< of an event: the member that the payload is
    std::string_view exception_type{};  ///< of an exception
    std::string_view error_code{};      ///< of an error, which has no payload
    std::string_view error_message{};
    std::string_view payload{};
};

/// Consumer of frames; returns an Error to stop.
class EventFrameHandler {
public:
    virtual ~EventFrameHandler() = default;
    virtual Result<void> on_frame(const EventFrame& frame) = 0;
};

/// Incremental parser of `application/vnd.amazon.eventstream`: length-prefixed messages with a CRC-32 over the lengths
/// and one over the whole. A length is trusted only once its checksum was found right, and nothing is reserved for what
/// has not come. Frames that lie whole within one feed are handed out without a copy. One per stream, sans-IO. After an
/// Error, no more calls.
class EventStreamParser {
public:
    static constexpr std::size_t kHeadersBytesMax = 128u << 10;
    static constexpr std::size_t kPayloadBytesMax = 24u << 20;

    /// Calls the handler once for each frame that `bytes` completes. Errors: upstream_invalid, or what the handler
    /// returned.
    Result<void> feed(std::string_view bytes, EventFrameHandler& handler);
    /// True when the bytes so far end with a whole frame, or there were none.
    [[nodiscard]] bool at_border() const noexcept { return held_.empty(); }

private:
    std::string held_;  // the beginning of a frame
};

}  // namespace breakwater::bedrock
