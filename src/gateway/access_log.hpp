#pragma once

#include <memory>
#include <string>

#include "breakwater/exchange/exchange.hpp"

namespace breakwater {

/// What is known about a request when it has ended; the source of the log line and of most metrics.
struct RequestRecord {
    std::string request_id{};
    std::string client{};
    std::string key{};              ///< name of the client key, or empty
    std::string method{};
    std::string path{};
    std::string model{};            ///< as the client asked, any bytes
    std::string route{};            ///< from configuration
    bool stream = false;
    WallTime at{};
    Duration receive{0};            ///< first byte of the request -> body complete
    Duration parse{0};              ///< decode and route
    Duration total{0};
    std::uint64_t bytes_in = 0;
    std::uint64_t config_generation = 0;
    std::optional<double> cost_usd{};
    ExchangeReport report{};
    std::shared_ptr<const void> keeps{};  ///< what `report` points to and no snapshot owns
    std::string refused{};          ///< reason, when the request never reached a route
};

/// One JSON object. Client bytes are escaped, so they cannot become structure of the log.
std::string access_line_json(const RequestRecord& record);
/// For terminals: one readable line.
std::string access_line_text(const RequestRecord& record);

}  // namespace breakwater
