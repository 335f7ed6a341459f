#include "breakwater/wire/client_body.hpp"

#include <string>
#include <utility>

namespace breakwater {

namespace {

/// The names of a path are the client's.
constexpr std::size_t kPathBytesMax = 200;

std::unexpected<Error> refuse(std::string_view names, std::string_view what, std::string_view code) {
    const std::string path = sanitise_provider_text(names, kPathBytesMax);
    Error error(ErrorKind::invalid_request, path + ": " + std::string(what), path);
    error.code = code;
    return std::unexpected(std::move(error));
}

}  // namespace

Result<JsonElement> parse_client_body(std::string_view body, JsonReader& reader) {
    Result<JsonElement> parsed = reader.parse(body);
    if (!parsed) return parsed;
    if (const auto path = find_duplicate_key(*parsed))
        return refuse(*path, "the same name appears twice in one object", "duplicate_key");
    if (const auto path = find_odd_key(*parsed))
        return refuse(*path, "the name is written with escapes for letters or digits; write it as it is",
                      "escaped_key");
    return parsed;
}

}  // namespace breakwater
