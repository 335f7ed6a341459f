#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/boxed.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

// What is said to a collector of spans, and what its answers mean (OTLP/HTTP,
// https://opentelemetry.io/docs/specs/otlp/#otlphttp). Pure.

/// The body that brings spans: JSON objects with commas between them.
std::string export_body(std::string_view spans, std::string_view service, std::string_view version);

/// The request that carries it.
HttpRequest export_request(const SpanTarget& target, std::string_view body);

/// Whether the spans may be sent once more after an answer of this status; after any other they are given up.
bool may_export_again(int status) noexcept;

/// Tries of one batch, the first included.
inline constexpr int kExportTriesMax = 5;

/// How one try to send a batch went.
struct ExportTry {
    bool sent = false;  ///< all of it was handed to the connection
    int status = 0;     ///< of the answer; 0: there is none
    std::optional<std::chrono::milliseconds> retry_after{};
    std::string answer{};  ///< its body, as far as it came
    Boxed<Error> fault{};  ///< what ended the try
};

/// What became of it.
struct ExportOutcome {
    std::size_t refused = 0;  ///< of the batch, although the rest was taken
    std::string fault{};      ///< why nothing was taken; empty when it was
    bool again = false;       ///< the fault may pass
    bool outage = false;      ///< the fault is not of this batch, as far as can be said
    std::optional<std::chrono::milliseconds> retry_after{};
};

/// Whatever keeps a batch from being sent whole may pass, because the collector has nothing of it then. Once it has
/// all, only what it says counts: it may have taken what it does not answer.
ExportOutcome judge_export(const ExportTry& tried, JsonReader& reader);

/// How long to wait after try number `tries` (1, 2 ...) has failed: what the collector asked for, 1 s to a minute,
/// with up to a quarter more; or else 1 s, 2 s ... up to 16 s with up to half of it less. `chance`: 0..1.
std::chrono::milliseconds export_pause(int tries, std::optional<std::chrono::milliseconds> retry_after, double chance);

/// Of an answer of status 200: how many spans the collector says that it refused all the same (`partialSuccess`).
std::size_t refused_spans(std::string_view body, JsonReader& reader);

}  // namespace breakwater
