#pragma once

#include <memory>
#include <string>

#include "breakwater/base/secret.hpp"
#include "breakwater/providers/provider.hpp"
#include "breakwater/routing/deployment.hpp"

namespace bench {

/// A provider of a dialect and a deployment at it, as a configuration without any options makes them. The address is
/// one of no vendor, so that no vendor's extras take part.
struct Rig {
    explicit Rig(std::string dialect) {
        const breakwater::ProviderModule& module = *breakwater::find_provider_module(dialect);
        provider = module.make({.name = "bench", .dialect = std::move(dialect), .base_url = "http://127.0.0.1:1/v1"});
        deployment.capabilities = module.capabilities();
    }

    std::unique_ptr<breakwater::Provider> provider;
    breakwater::Deployment deployment{.name = "bench", .provider = "bench", .model = "bench-model"};
    breakwater::Secret key{"sk-benchmark"};
};

}  // namespace bench
