#pragma once

#include "breakwater/exchange/exchange.hpp"
#include "breakwater/exchange/input_list.hpp"

namespace breakwater {

/// How many inputs a call to a provider takes: one of Provider's functions of that name.
using BatchSize = std::size_t (Provider::*)(const Deployment&) const noexcept;

/// As run_exchange; `whole` is the exchange's operation. Where one of the candidates takes fewer inputs in one call, in
/// parts that all of them take: an exchange for each, a few at a time, each with attempts of its own. What they bring
/// is joined in the order of the inputs. The first part that fails is the request's failure, and no further one begins.
/// Takes the inputs out of `whole` then.
Task<void> run_in_batches(InputList& whole, BatchSize size, const ExchangeRequest& exchange, ClientStream& client,
                          const ExchangeContext& context, ExchangeReport& report);

}  // namespace breakwater
