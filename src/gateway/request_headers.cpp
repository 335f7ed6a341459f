#include "request_headers.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"

namespace breakwater {

bool is_request_id(std::string_view id) noexcept {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    };
    return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, allowed);
}

Result<void> check_json_body(const Headers& headers) {
    const std::string type = media_type(headers.get("content-type"));
    const bool json = type.empty() || type == "application/json" || type.ends_with("+json");
    if (!json) {
        return fail(ErrorKind::unsupported_media_type, "The body must be JSON: send `Content-Type: application/json`, not " +
                                                           sanitise_provider_text(type, 80) + ".");
    }
    const std::string_view coding = trim(headers.get("content-encoding"));
    if (!coding.empty() && !iequals(coding, "identity")) {
        return fail(ErrorKind::unsupported_media_type, "Compressed request bodies are not taken; send the JSON without Content-Encoding.");
    }
    return {};
}

ClientPatience client_patience(const Headers& headers, bool stream) {
    constexpr double kLongest = 86'400;  // a day; also what makes the conversion below safe
    const auto seconds = [&](std::string_view name, double unit) {
        const auto value = parse_double(trim(headers.get(name)));
        if (!value || *value <= 0) return Duration::max();
        return Duration(static_cast<std::int64_t>(std::min(*value * unit, kLongest) * 1e9));
    };
    const Duration sdk = std::min(seconds("x-stainless-timeout", 1), seconds("x-stainless-read-timeout", 1));
    ClientPatience patience;
    patience.total = seconds("x-breakwater-timeout-ms", 0.001);
    if (stream) {
        patience.first_byte = sdk;
    } else {
        patience.total = std::min(patience.total, sdk);
    }
    return patience;
}

Error model_not_found(const Snapshot& snapshot, std::string_view model) {
    std::string message = "There is no model `" + sanitise_provider_text(model, 100) + "` here.";
    if (const std::string_view near = snapshot.nearest_route(model); !near.empty()) message += " Did you mean `" + std::string(near) + "`?";
    message += " GET /v1/models lists them.";
    return Error(ErrorKind::model_not_found, std::move(message), "model");
}

Error error_of_status(int status, std::string_view reason) {
    constexpr std::array kByStatus{ErrorKind::method_not_allowed, ErrorKind::request_timeout, ErrorKind::request_too_large,
                                   ErrorKind::unsupported_media_type, ErrorKind::overloaded};
    const auto* found = std::ranges::find_if(kByStatus, [status](ErrorKind kind) { return error_traits(kind).status == status; });
    return Error(found == kByStatus.end() ? ErrorKind::invalid_request : *found, std::string(reason));
}

}  // namespace breakwater
