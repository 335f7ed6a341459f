#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/config/constraints.hpp"

namespace breakwater {

/// What a client says about where its request may go. It can only narrow what its key and the route allow.
struct RouteWish {
    config::Constraints constraints{};
    std::optional<config::Preference> prefer{};
    std::vector<std::string> models{};  ///< routes that follow the request's `model`, in order
    std::vector<std::string> first{};   ///< deployments or providers that are asked first, in order
    bool alternatives = true;           ///< false: only the first candidate is asked

    [[nodiscard]] bool empty() const {
        return constraints.empty() && !prefer && models.empty() && first.empty() && alternatives;
    }
};

/// A part of a wish, as headers name it: `x-breakwater-require`, and as members of the body's `route`.
enum class WishPart : std::uint8_t { require, max, min, prefer, tags, region, only, exclude };
std::optional<WishPart> wish_part_from(std::string_view word) noexcept;

/// Adds one entry of a part: `context` = `32k`, `price_input` = `2`, `reasoning` = `70`; a name without a value for
/// lists, objectives, and features. Nothing when it was understood, else what was expected in its place.
std::optional<std::string> add_wish(RouteWish& wish, WishPart part, std::string_view name, std::string_view value);

/// A header's value: entries with commas between them, `name=value` or `name`.
std::optional<std::string> add_wish_list(RouteWish& wish, WishPart part, std::string_view list);

}  // namespace breakwater
