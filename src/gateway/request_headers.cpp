#include "request_headers.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {

bool is_request_id(std::string_view id) noexcept {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    };
    return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, allowed);
}

namespace {

bool is_json_type(std::string_view media_type) noexcept {
    return media_type.empty() || media_type == "application/json" || media_type.ends_with("+json");
}

/// The span that a header states in units of `unit` seconds; never when it states none.
Duration stated_patience(std::string_view value, double unit) {
    constexpr double kLongest = 86'400;  // a day; also what makes the conversion below safe
    const auto number = parse_double(trim(value));
    if (!number || *number <= 0) return Duration::max();
    return Duration(static_cast<std::int64_t>(std::min(*number * unit, kLongest) * 1e9));
}

/// Nonsense counts as none.
std::uint8_t stated_retries(std::string_view value) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint8_t>::max();
    return static_cast<std::uint8_t>(std::min(parse_u64(trim(value)).value_or(0), kMost));
}

// An SDK gives up at its time by itself and raises its own error, which its user expects; an answer of ours at the same
// moment would race it.
constexpr std::chrono::milliseconds kSdkGrace{50};

}  // namespace

bool query_has(std::string_view target, std::string_view field) noexcept {
    std::size_t at = target.find('?');
    while (at != std::string_view::npos) {
        target.remove_prefix(at + 1);
        at = target.find('&');
        if (target.substr(0, at) == field) return true;
    }
    return false;
}

Result<void> check_plain_body(const Headers& headers) {
    const std::string_view coding = trim(headers.get("content-encoding"));
    if (!coding.empty() && !iequals(coding, "identity")) {
        return fail(ErrorKind::unsupported_media_type,
                    "Compressed request bodies are not taken; send the body without Content-Encoding.");
    }
    return {};
}

Result<void> check_json_body(const Headers& headers) {
    const std::string_view content_type = headers.get("content-type");
    if (content_type != "application/json" && !is_json_type(media_type(content_type))) {
        const std::string type = media_type(content_type);
        return fail(ErrorKind::unsupported_media_type,
                    "The body must be JSON: send `Content-Type: application/json`, not " +
                        sanitise_provider_text(type, 80) + ".");
    }
    return check_plain_body(headers);
}

ClientHints client_hints(const Headers& headers, bool stream) {
    // All names in one pass over the fields, since hardly any request has one of them; the first of a name counts.
    constexpr std::string_view kTotal = "x-breakwater-timeout-ms";
    constexpr std::string_view kNode = "x-stainless-timeout";
    constexpr std::string_view kPython = "x-stainless-read-timeout";
    constexpr std::string_view kRetries = "x-stainless-retry-count";
    std::optional<Duration> total;
    std::optional<Duration> node;
    std::optional<Duration> python;
    ClientHints hints;
    for (const auto& [name, value] : headers.fields()) {
        if (name.size() < kNode.size()) continue;  // the shortest of them
        if (!total && iequals(name, kTotal)) total = stated_patience(value, 0.001);
        if (!node && iequals(name, kNode)) node = stated_patience(value, 1);
        if (!python && iequals(name, kPython)) python = stated_patience(value, 1);
        if (hints.retries == 0 && iequals(name, kRetries)) hints.retries = stated_retries(value);
    }
    Duration sdk = std::min(node.value_or(Duration::max()), python.value_or(Duration::max()));
    if (sdk != Duration::max()) sdk += kSdkGrace;
    hints.total = total.value_or(Duration::max());
    if (stream) {
        hints.first_byte = sdk;
    } else {
        hints.total = std::min(hints.total, sdk);
    }
    return hints;
}

void keep_betas(const Headers& headers, ChatRequest& request) {
    const auto betas = headers.find("anthropic-beta");
    if (!betas || betas->empty()) return;
    std::string json;
    append_json_string(json, *betas, false);
    request.extensions.emplace_back("anthropic_beta", std::move(json));
}

Error model_not_found(const Snapshot& snapshot, std::string_view model) {
    std::string message = "There is no model `" + sanitise_provider_text(model, 100) + "` here.";
    if (const std::string_view near = snapshot.nearest_route(model); !near.empty())
        message += " Did you mean `" + std::string(near) + "`?";
    message += " GET /v1/models lists them.";
    return Error(ErrorKind::model_not_found, std::move(message), "model");
}

Error error_of_status(int status, std::string_view reason) {
    constexpr int kHeadTooLarge = 431;
    if (status == kHeadTooLarge) return Error(ErrorKind::request_too_large, std::string(reason));
    constexpr std::array kByStatus{ErrorKind::method_not_allowed, ErrorKind::request_timeout,
                                   ErrorKind::request_too_large, ErrorKind::unsupported_media_type,
                                   ErrorKind::overloaded};
    const auto* found =
        std::ranges::find_if(kByStatus, [status](ErrorKind kind) { return error_traits(kind).status == status; });
    return Error(found == kByStatus.end() ? ErrorKind::invalid_request : *found, std::string(reason));
}

}  // namespace breakwater
