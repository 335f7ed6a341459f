#include "body.hpp"

#include <optional>
#include <utility>

namespace breakwater::ingress {

Result<JsonReader::Element> parse_body(std::string_view body, JsonReader& reader) {
    Result<JsonReader::Element> parsed = reader.parse(body);
    if (!parsed) return parsed;
    const std::optional<std::string> path = find_duplicate_key(*parsed);
    if (!path) return parsed;
    // Two readers of such a body may see two different requests: policy checks one, the provider answers the other.
    Error error(ErrorKind::invalid_request, *path + ": the same name appears twice in one object", *path);
    error.code = "duplicate_key";
    return std::unexpected(std::move(error));
}

}  // namespace breakwater::ingress
