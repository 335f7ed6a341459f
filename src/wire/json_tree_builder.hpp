#pragma once

#include <cstddef>
#include <string_view>

#include "breakwater/wire/json_places.hpp"
#include "breakwater/wire/json_tree.hpp"

namespace breakwater {

/// Reads `text` from place to place into `tree`: what stands at each, and that it may stand there. Of the tree nothing
/// may be used when something is refused. `places` are those of the text. For JsonReader.
JsonRefusal build_json_tree(JsonTree& tree, const JsonPlaces& places, std::string_view text, std::size_t depth_max);

}  // namespace breakwater
