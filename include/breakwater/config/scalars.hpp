#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace breakwater::config {

/// A parsed scalar, or the way to write it correctly (may be empty). What was expected is the table's to say.
template <class T>
using Parsed = std::expected<T, std::string>;

/// `800ms`, `2s`, `1m30s`, `1.5h`: units ms, s, m, h, from large to small, each once.
Parsed<std::chrono::milliseconds> parse_duration(std::string_view text);
/// `32k`, `32MB`, `1GiB`, `4096`: bytes; k, M and G are powers of 1024.
Parsed<std::uint64_t> parse_size(std::string_view text);
/// `4096`, `32k`, `1M`: tokens; k and M are powers of 1000, as vendors count them.
Parsed<std::int64_t> parse_count(std::string_view text);
/// `20%` as 0.2.
Parsed<double> parse_share(std::string_view text);
/// `10/s`, `600/m`, `1/h`, as events per second.
Parsed<double> parse_rate(std::string_view text);
Parsed<bool> parse_boolean(std::string_view text);
/// Digits only.
Parsed<std::uint64_t> parse_integer(std::string_view text);
/// Digits with an optional sign and fraction; no exponent.
Parsed<double> parse_number(std::string_view text);

}  // namespace breakwater::config
