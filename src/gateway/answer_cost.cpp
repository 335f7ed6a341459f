#include "answer_cost.hpp"

namespace breakwater {

std::optional<double> answer_cost_usd(const ExchangeReport& report) noexcept {
    if (report.served == nullptr || !report.usage) return std::nullopt;
    std::optional<double> sum;
    for (const AttemptRecord& attempt : report.attempts) {
        if (!attempt.usage) continue;
        const std::optional<double> part = cost_usd(attempt.deployment->facts.price, *attempt.usage);
        if (!part) return std::nullopt;
        sum = sum.value_or(0) + *part;
    }
    return sum ? sum : cost_usd(report.served->facts.price, *report.usage);
}

}  // namespace breakwater
