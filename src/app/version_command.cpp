#include <fmt/format.h>
#include <openssl/crypto.h>
#include <simdjson.h>
#include <boost/version.hpp>

#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/provider.hpp"
#include "commands.hpp"

// simdjson defines its version as bare tokens.
#define BREAKWATER_TEXT_OF(tokens) #tokens
#define BREAKWATER_TEXT(macro) BREAKWATER_TEXT_OF(macro)

namespace breakwater::app {

int version() {
    fmt::print("breakwater {}\nboost {}.{}.{}\n{}\nsimdjson {}\n", BREAKWATER_VERSION, BOOST_VERSION / 100000,
               BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100, OpenSSL_version(OPENSSL_VERSION),
               BREAKWATER_TEXT(SIMDJSON_VERSION));
    // What this binary speaks; tests/matrix takes the registries from here.
    fmt::print("client dialects");
    for (const Ingress* ingress : all_ingresses()) fmt::print(" {}", ingress->name());
    fmt::print("\nprovider dialects");
    for (const ProviderModule& module : all_provider_modules()) fmt::print(" {}", module.dialect);
    fmt::print("\n");
    return kOk;
}

}  // namespace breakwater::app
