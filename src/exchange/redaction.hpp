#pragma once

#include "breakwater/exchange/exchange.hpp"

namespace breakwater {

/// Takes the provider's own secrets out of an error: some providers quote the key they refuse, and keys need not look
/// like keys. The attempt's credential (null when it got none) and the values of configured headers become `***`
/// wherever they stand.
void redact(Error& error, const ProviderBinding& binding, const Credential* credential);

}  // namespace breakwater
