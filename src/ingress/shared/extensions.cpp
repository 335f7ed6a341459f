#include "extensions.hpp"

namespace breakwater::ingress {

bool keep_extension(std::string_view name, const Value& value, const ExtensionBound& bound,
                    std::vector<std::pair<std::string, JsonText>>& extensions) {
    if (extensions.size() == bound.max) return value.fail("object_above_max_properties", bound.refusal);
    extensions.emplace_back(name, value.json());
    return true;
}

}  // namespace breakwater::ingress
