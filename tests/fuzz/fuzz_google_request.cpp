// Property: a body in Google's dialect is decoded or refused with a message, never anything else; and what is decoded
// can be sent to Google's own providers as JSON that names nothing twice.
#include <cstdlib>

#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/provider.hpp"
#include "ingress/google_generate/module.hpp"

namespace {

using namespace breakwater;

void send(const ChatRequest& request, std::string_view dialect, std::string_view model) {
    const ProviderModule* module = find_provider_module(dialect);
    if (module == nullptr) std::abort();
    const auto provider = module->make(config::Provider{.name = "fuzzed", .dialect = std::string(dialect)});
    const Deployment deployment{.name = "d", .provider = "fuzzed", .model = std::string(model)};
    Adaptations adapted;
    const Secret key("k");
    const Result<HttpRequest> http = provider->encode(
        request, {.deployment = deployment, .credential = key, .mode = config::AdaptMode::drop, .adapted = adapted});
    if (!http) {
        if (http.error().message.empty()) std::abort();
        return;
    }
    static JsonReader reader;
    const Result<JsonReader::Element> root = reader.parse(http->body, 256);
    if (!root || !root->is_object() || find_duplicate_key(*root)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static JsonReader reader;
    for (const bool count : {false, true}) {
        std::string body(reinterpret_cast<const char*>(data), size);
        ChatRequest request;
        request.model = "m";
        const Ingress& ingress = google_generate_ingress();
        const Result<void> decoded =
            count ? ingress.decode_to_count(body, reader, request) : ingress.decode(body, reader, request);
        if (!decoded && decoded.error().message.empty()) std::abort();
        if (decoded && request.messages.empty()) std::abort();
        if (!decoded || count) continue;
        for (const std::string_view model : {"gemini-3-pro-preview", "gemini-2.5-flash", "gemini-2.0-flash"})
            send(request, "google", model);
        send(request, "anthropic", "claude-sonnet-4-5");
    }
    return 0;
}
