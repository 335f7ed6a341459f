#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "breakwater/exchange/exchange.hpp"
#include "cors.hpp"
#include "request_trace.hpp"
#include "route_decision.hpp"

namespace breakwater {

/// What is known about a request when it has ended; the source of the log line and of most metrics. Views are of the
/// request and of its snapshot, which outlive the record.
struct RequestRecord {
    std::string request_id{};
    std::string_view client{};
    std::string_view key{};  ///< name of the client key, or empty
    std::string_view method{};
    std::string_view path{};
    std::string model{};                              ///< as the client asked, any bytes
    std::string_view route{};                         ///< from configuration
    std::unique_ptr<const RouteDecision> decision{};  ///< null where candidates were not chosen
    std::unique_ptr<RequestTrace> trace{};            ///< null where nothing is traced
    std::uint32_t route_index = 0;                    ///< of the route in the snapshot
    bool stream = false;
    std::uint8_t client_retries = 0;  ///< how often its SDK says that it has sent it before
    WallTime at{};
    Duration receive{0};  ///< first byte of the request -> body complete
    Duration parse{0};    ///< decode and route
    Duration total{0};
    Duration deadline{0};  ///< first byte of the request -> when all had to be over; zero when there was no exchange
    const config::AttemptTimeouts* timeouts = nullptr;  ///< of an exchange, its route's
    std::uint64_t bytes_in = 0;
    std::uint64_t config_generation = 0;
    std::optional<double> cost_usd{};
    std::int64_t prompt_tokens = 0;  ///< estimate
    ExchangeReport report{};
    std::shared_ptr<const void> keeps{};  ///< what `report` points to and no snapshot owns
    CorsGrant cors{};                     ///< for the answer's head
    std::string_view refused{};           ///< reason, when the request never reached a route
};

/// Appends one JSON object. Client bytes are escaped, so they cannot become structure of the log.
void append_access_json(std::string& out, const RequestRecord& record);
/// For terminals: appends one readable line.
void append_access_text(std::string& out, const RequestRecord& record);

}  // namespace breakwater
