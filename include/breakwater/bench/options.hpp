#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/base/secret.hpp"
#include "breakwater/net/upstream.hpp"

namespace breakwater::bench {

/// What the command line asks for, not judged yet.
struct Options {
    std::string url{};                       ///< base URL, usually ending in /v1
    std::string path = "/chat/completions";  ///< appended to the URL; may be empty
    std::string model = "sim/chat";
    bool stream = false;
    bool hold = false;  ///< open one stream per connection and keep it open
    std::size_t connections = 32;
    std::optional<double> rate{};             ///< requests per second: open loop; for `hold`, streams opened per second
    std::optional<Duration> duration{};       ///< 10 s, unless `requests` is the limit
    std::optional<std::uint64_t> requests{};  ///< stop after so many measured requests
    Duration warmup = std::chrono::seconds(1);
    Duration timeout = std::chrono::seconds(60);
    std::optional<Duration> pace{};      ///< the server sends the events of a stream this far apart
    std::size_t body_bytes = 0;          ///< pads the message until the body has about this size
    std::optional<std::string> body{};   ///< sent as it is
    std::vector<std::string> headers{};  ///< "Name: value"
    Secret key{};                        ///< bearer key
    bool insecure = false;               ///< do not check the server's certificate
};

/// A checked benchmark: everything that the run and the report need.
struct Plan {
    std::string url{};  ///< of the requests
    std::string model{};
    bool stream = false;
    bool hold = false;
    std::size_t connections = 1;
    std::optional<double> rate{};
    std::optional<Duration> duration{};
    std::optional<std::uint64_t> requests{};
    Duration warmup{0};
    Duration timeout{0};
    std::optional<Duration> pace{};
    UpstreamEndpoint endpoint{};
    std::string request{};  ///< head and body, as they go over the wire; holds the key
};

/// Errors are of kind invalid_request and say which option is wrong and what was expected.
Result<Plan> make_plan(const Options& options);

/// "10s", "250ms", "1.5m", "0": a number with a unit of us, ms, s, m or h.
Result<Duration> parse_duration(std::string_view text);

}  // namespace breakwater::bench
