// Property: whatever a client asks, what goes to a server of any preset is refused with a message, or is a JSON object
// that names nothing twice, at a target without blanks and line breaks. Where bytes of the client go on in it, they say
// what the gateway would have written.
#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "breakwater/config/presets.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/openai.hpp"
#include "ingress/openai_chat/module.hpp"

namespace {

using namespace breakwater;

/// Names of the client's own that stand twice in its body are its own affair.
bool names_twice(const ChatRequest& request) {
    std::set<std::string> names;
    return std::ranges::any_of(request.extensions, [&](const auto& item) { return !names.insert(item.first).second; });
}

void expect_object(std::string& body) {
    static JsonReader reader;
    const auto root = reader.parse(body, 1024);
    if (!root || !root->is_object()) std::abort();
    std::set<std::string_view> names;
    JsonReader::Object members;
    if (!root->get(members)) std::abort();
    for (const auto& member : members) {
        if (!names.insert(member.key).second) std::abort();
    }
}

/// The body that goes out, or nothing when the request is refused.
std::optional<std::string> encode(const ChatRequest& request, const config::Preset& preset, config::AdaptMode mode,
                                  std::string& changes) {
    config::Provider provider{.name = "fuzzed", .dialect = preset.dialect, .preset = preset.name};
    if (preset.name == "azure") provider.api_version = "2024-10-21";
    config::apply_preset(provider);
    Deployment deployment{.name = "d", .provider = "fuzzed", .model = "m"};
    deployment.capabilities = openai_capabilities();
    deployment.capabilities.overlay(provider.capabilities);
    Adaptations adapted;
    BentRequest bent(request);
    const Secret key("key");
    const EncodeContext context{.deployment = deployment, .credential = key, .mode = mode, .adapted = adapted};
    if (const auto fits = adapt_request(bent, deployment.capabilities, deployment.facts, mode, adapted); !fits) {
        if (fits.error().message.empty()) std::abort();
        return std::nullopt;
    }
    Result<HttpRequest> upstream = make_openai_provider(provider)->encode(bent.get(), context);
    if (!upstream) {
        if (upstream.error().message.empty()) std::abort();
        return std::nullopt;
    }
    if (std::ranges::any_of(upstream->target, [](char c) { return c <= ' ' || c == 0x7F; })) std::abort();
    std::string body = whole_body(std::move(*upstream));
    expect_object(body);
    changes = adapted.header_value();
    return body;
}

void expect_the_same_written(const ChatRequest& request, const config::Preset& preset, config::AdaptMode mode) {
    std::string changes;
    std::string changes_written;
    const std::optional<std::string> body = encode(request, preset, mode, changes);
    if (!request.sent) return;
    ChatRequest to_write = request;
    to_write.sent.reset();
    const std::optional<std::string> written = encode(to_write, preset, mode, changes_written);
    if (body.has_value() != written.has_value() || changes != changes_written) std::abort();
    if (body && nlohmann::json::parse(*body) != nlohmann::json::parse(*written)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static JsonReader reader;
    std::string body(reinterpret_cast<const char*>(data), size);
    ChatRequest request;
    if (!openai_chat_ingress().decode(body, reader, request) || names_twice(request)) return 0;
    for (const config::Preset& preset : config::all_presets()) {
        for (const config::AdaptMode mode :
             {config::AdaptMode::strict, config::AdaptMode::adapt, config::AdaptMode::drop}) {
            expect_the_same_written(request, preset, mode);
        }
    }
    return 0;
}
