#include "inner_name.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

constexpr std::array<std::string_view, 9> kInnerNames{"local", "localhost", "internal", "intranet", "lan",
                                                      "home",  "corp",      "arpa",     "onion"};

}  // namespace

bool is_inner_name(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    const auto labels = split(name, '.');
    return labels.size() == 1 || std::ranges::find(kInnerNames, to_lower(labels.back())) != kInnerNames.end();
}

}  // namespace breakwater
