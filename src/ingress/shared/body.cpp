#include "body.hpp"

#include <optional>
#include <utility>

namespace breakwater::ingress {

std::shared_ptr<SentText> hold_body(std::string& body, ClientDialect dialect) {
    auto held = std::make_shared<SentText>();
    held->dialect = dialect;
    held->body = std::move(body);
    return held;
}

// Two readers of such a body may see two different requests: policy checks one, the provider answers the other.
Result<JsonReader::Element> parse_body(std::string_view body, JsonReader& reader) {
    Result<JsonReader::Element> parsed = reader.parse(body);
    if (!parsed) return parsed;
    const auto refuse = [](const std::string& path, std::string_view what, std::string_view code) {
        Error error(ErrorKind::invalid_request, path + ": " + std::string(what), path);
        error.code = code;
        return std::unexpected(std::move(error));
    };
    if (const auto path = find_duplicate_key(*parsed))
        return refuse(*path, "the same name appears twice in one object", "duplicate_key");
    if (const auto path = find_odd_key(*parsed))
        return refuse(*path, "the name is written with escapes for letters or digits; write it as it is",
                      "escaped_key");
    return parsed;
}

}  // namespace breakwater::ingress
