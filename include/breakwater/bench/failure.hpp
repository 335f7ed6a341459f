#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace breakwater::bench {

/// Why a request did not succeed, as its client sees it.
enum class Failure : std::uint8_t {
    none,
    connect,      ///< refused, unreachable, or no address
    tls,          ///< the handshake failed
    timeout,      ///< connecting, or no complete answer within the time limit
    closed,       ///< the connection ended before the first byte of an answer
    truncated,    ///< the answer ended before its end, or a stream without its end mark
    in_band,      ///< an error object with status 200, as an event of a stream or as the whole answer
    malformed,    ///< not HTTP, not JSON, or no event stream where one was asked for
    http_status,  ///< a status other than 200
    overrun,      ///< open loop: all connections were busy until it was too late to send it
    unfinished,   ///< still running some seconds after the end of the measurement
};

std::string_view to_string(Failure failure) noexcept;

/// Failed requests by kind, those with a status by their status.
class FailureCounts {
public:
    void add(Failure failure, int status, std::uint64_t times = 1);
    [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
    /// "http_429" -> 12, only what occurred.
    [[nodiscard]] std::map<std::string, std::uint64_t> by_name() const;

private:
    std::array<std::uint64_t, 11> kinds_{};
    std::map<int, std::uint64_t> statuses_;
    std::uint64_t total_ = 0;
};

/// "http_429", "timeout".
std::string failure_name(Failure failure, int status);

}  // namespace breakwater::bench
