#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

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

/// How long to wait after try number `tries` (1, 2 ...) has failed: what the collector asked for, up to a minute, with
/// up to a quarter more; or else 1 s, 2 s ... up to 16 s with up to half of it less. `chance`: 0..1.
std::chrono::milliseconds export_pause(int tries, std::optional<std::chrono::milliseconds> retry_after, double chance);

/// Of an answer of status 200: how many spans the collector says that it refused all the same (`partialSuccess`).
std::size_t refused_spans(std::string_view body, JsonReader& reader);

}  // namespace breakwater
