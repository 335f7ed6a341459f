#include "breakwater/bench/failure.hpp"

#include <utility>

namespace breakwater::bench {

std::string_view to_string(Failure failure) noexcept {
    switch (failure) {
        case Failure::none:
            return "none";
        case Failure::connect:
            return "connect";
        case Failure::tls:
            return "tls";
        case Failure::timeout:
            return "timeout";
        case Failure::closed:
            return "closed";
        case Failure::truncated:
            return "truncated";
        case Failure::in_band:
            return "in_band";
        case Failure::malformed:
            return "malformed";
        case Failure::http_status:
            return "http_status";
        case Failure::overrun:
            return "overrun";
        case Failure::unfinished:
            return "unfinished";
    }
    std::unreachable();
}

std::string failure_name(Failure failure, int status) {
    return failure == Failure::http_status ? "http_" + std::to_string(status) : std::string(to_string(failure));
}

void FailureCounts::add(Failure failure, int status, std::uint64_t times) {
    if (failure == Failure::none || times == 0) return;
    total_ += times;
    if (failure == Failure::http_status)
        statuses_[status] += times;
    else
        kinds_[std::to_underlying(failure)] += times;
}

std::map<std::string, std::uint64_t> FailureCounts::by_name() const {
    std::map<std::string, std::uint64_t> names;
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
        if (kinds_[kind] > 0) names.emplace(to_string(static_cast<Failure>(kind)), kinds_[kind]);
    }
    for (const auto& [status, count] : statuses_) names.emplace(failure_name(Failure::http_status, status), count);
    return names;
}

}  // namespace breakwater::bench
