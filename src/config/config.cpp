#include "breakwater/config/config.hpp"

#include <algorithm>

namespace breakwater::config {

const Provider* Config::provider(std::string_view name) const noexcept {
    const auto found = std::ranges::find(providers, name, &Provider::name);
    return found == providers.end() ? nullptr : &*found;
}

const Route* Config::route(std::string_view name) const noexcept {
    const auto found = std::ranges::find(routes, name, &Route::name);
    return found == routes.end() ? nullptr : &*found;
}

}  // namespace breakwater::config
