#include "fault.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"

namespace breakwater::sim {
namespace {

constexpr Duration kDelayMax = std::chrono::hours(24);

struct Unit {
    std::string_view name;
    double nanoseconds;
};
constexpr std::array kUnits{Unit{"ms", 1e6}, Unit{"s", 1e9}, Unit{"m", 60e9}, Unit{"h", 3600e9}};

struct NamedFault {
    std::string_view name;
    Fault::Kind kind;
};
constexpr std::array kPlainFaults{
    NamedFault{"error-in-200", Fault::Kind::error_in_200},
    NamedFault{"error-first-event", Fault::Kind::error_first},
    NamedFault{"cut-before", Fault::Kind::cut},
    NamedFault{"refused", Fault::Kind::refused},
    NamedFault{"html", Fault::Kind::html},
    NamedFault{"empty", Fault::Kind::empty},
    NamedFault{"no-done", Fault::Kind::no_done},
    NamedFault{"no-finish", Fault::Kind::no_finish},
};
constexpr std::array kCountedFaults{
    NamedFault{"cut-after-", Fault::Kind::cut},
    NamedFault{"stall-after-", Fault::Kind::stall},
    NamedFault{"malformed-after-", Fault::Kind::malformed},
    NamedFault{"error-after-", Fault::Kind::error_mid},
};

std::optional<Fault> status_fault(std::string_view number) {
    const auto status = parse_u64(number);
    if (!status || *status < 300 || *status > 599) return std::nullopt;
    return Fault{.kind = Fault::Kind::status, .status = static_cast<int>(*status)};
}

}  // namespace

std::optional<Duration> duration_from(std::string_view text) {
    if (text == "0") return Duration::zero();
    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto amount = parse_double(text.substr(0, digits));
    const std::string_view unit = text.substr(digits);
    double nanoseconds = 0;
    for (const Unit& candidate : kUnits) {
        if (candidate.name == unit) nanoseconds = candidate.nanoseconds;
    }
    if (!amount || nanoseconds == 0) return std::nullopt;
    const double total = *amount * nanoseconds;
    if (!(total >= 0) || total > static_cast<double>(kDelayMax.count())) return std::nullopt;
    return Duration(static_cast<std::int64_t>(total));
}

std::optional<Fault> fault_from(std::string_view name) {
    for (const NamedFault& plain : kPlainFaults) {
        if (plain.name == name) return Fault{.kind = plain.kind};
    }
    for (const NamedFault& counted : kCountedFaults) {
        if (!name.starts_with(counted.name)) continue;
        const auto after = parse_u64(name.substr(counted.name.size()));
        if (!after) return std::nullopt;
        return Fault{.kind = counted.kind, .after = static_cast<std::size_t>(*after)};
    }
    if (name.starts_with("status-")) return status_fault(name.substr(7));
    if (name.starts_with("slow-head-")) {
        const auto delay = duration_from(name.substr(10));
        if (!delay) return std::nullopt;
        return Fault{.kind = Fault::Kind::slow_head, .delay = *delay};
    }
    return std::nullopt;
}

}  // namespace breakwater::sim
