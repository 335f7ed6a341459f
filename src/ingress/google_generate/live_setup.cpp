#include <array>

#include "../shared/model_name.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/ingress/google_live.hpp"
#include "breakwater/wire/client_body.hpp"

namespace breakwater {
namespace {

using ingress::Problem;
using ingress::Value;

constexpr std::string_view kExpected = R"(Expected {"setup": {"model": "models/NAME", ...}} first.)";

Result<void> refuse(std::string_view why, std::string param, std::string code) {
    Error error(ErrorKind::invalid_request, std::string(why) + " " + std::string(kExpected), std::move(param));
    error.code = std::move(code);
    return std::unexpected(std::move(error));
}

/// Takes `count` segments off, if the first of them is `first`.
bool skip(std::string_view& name, std::string_view first, std::size_t count) {
    if (!name.starts_with(first)) return false;
    std::string_view rest = name;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t slash = rest.find('/');
        if (slash == std::string_view::npos) return false;
        rest.remove_prefix(slash + 1);
    }
    name = rest;
    return true;
}

/// "models/NAME", and with the place that clients of Vertex AI write before it: projects/P/locations/L/publishers/NAME.
std::string route_name(std::string_view name) {
    const std::string_view whole = name;
    const bool placed = skip(name, "projects/", 4);
    const bool published = skip(name, "publishers/", 2);
    const bool collected = skip(name, "models/", 1);
    return std::string((placed || published) && !collected ? whole : name);
}

}  // namespace

Result<void> decode_live_setup(std::string& message, JsonReader& reader, RealtimeRequest& request) {
    Result<JsonReader::Element> root = parse_client_body(message, reader);
    if (!root) {
        static constexpr std::string_view kBody = "The body";
        std::string& words = root.error().message;
        if (words.starts_with(kBody)) words.replace(0, kBody.size(), "The first message");
        return std::unexpected(std::move(root.error()));
    }
    Problem problem;
    const Value whole(*root, problem);
    if (!whole.is_object()) return refuse("The first message is no JSON object.", "", "invalid_type");
    const auto setup = whole.find("setup");
    if (!setup || !setup->is_object())
        return refuse("The first message holds no `setup`.", "setup", "missing_required_parameter");
    const auto model = setup->find("model");
    if (!model) return refuse("The setup names no model.", "setup.model", "missing_required_parameter");
    std::string name;
    if (!ingress::read_model_name(*model, name) && problem) return std::unexpected(std::move(*problem));

    const std::string_view literal = model->raw();
    request.model = route_name(name);
    if (request.model.empty()) return refuse("The setup names no model.", "setup.model", "invalid_value");
    request.model_at = static_cast<std::size_t>(literal.data() - message.data());
    request.model_bytes = literal.size();
    request.setup = std::move(message);
    return {};
}

}  // namespace breakwater
