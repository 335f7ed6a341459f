#pragma once

#include <optional>

#include "breakwater/exchange/exchange.hpp"

namespace breakwater {

/// What an answer has cost by the prices of those who gave it, in USD; several did when one completed what another had
/// begun. Nothing when a price or a count is not known.
std::optional<double> answer_cost_usd(const ExchangeReport& report) noexcept;

}  // namespace breakwater
