#pragma once

#include <memory>

#include "breakwater/providers/provider.hpp"

namespace breakwater {

/// Passes an answer on as it came: its status, those of its header fields that are a client's business, its bytes. Only
/// a refusal of the gateway's own credential (401) is a failure: it is not the client's. A body that ends too soon is
/// one by the transport.
std::unique_ptr<ResponseDecoder> make_relayed_answer();

}  // namespace breakwater
