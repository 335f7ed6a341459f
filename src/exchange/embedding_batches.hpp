#pragma once

#include "breakwater/exchange/embedding_operation.hpp"
#include "breakwater/exchange/exchange.hpp"

namespace breakwater {

/// Runs a request for embeddings in parts of `batch` inputs: an exchange for each, a few at a time, each with attempts
/// of its own. What they bring is joined in the order of the inputs. The first part that fails is the request's
/// failure, and no further one begins. As run_exchange otherwise; takes the inputs out of `whole`.
Task<void> run_embedding_batches(EmbeddingOperation& whole, std::size_t batch, const ExchangeRequest& exchange,
                                 ClientStream& client, const ExchangeContext& context, ExchangeReport& report);

}  // namespace breakwater
