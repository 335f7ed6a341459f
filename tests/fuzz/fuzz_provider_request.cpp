// Property: whatever a client asks, every dialect's encoder writes a request that can be sent, with a body that is
// JSON, or refuses it with a message; and the decoder for the same request can be made.
#include <cstdlib>

#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/provider.hpp"
#include "ingress/openai_chat/module.hpp"

namespace {

using namespace breakwater;

constexpr std::size_t kDepthMax = 1024;

void encode(const ProviderModule& module, const ChatRequest& request, const Deployment& deployment,
            config::AdaptMode mode) {
    const std::unique_ptr<Provider> provider =
        module.make(config::Provider{.name = "fuzzed", .dialect = std::string(module.dialect)});
    const Secret key("sk-fuzzed");
    Adaptations adapted;
    const Result<HttpRequest> http =
        provider->encode(request, {.deployment = deployment, .credential = key, .mode = mode, .adapted = adapted});
    if (!provider->make_decoder(request, deployment)) std::abort();
    if (!http) {
        if (http.error().message.empty()) std::abort();
        return;
    }
    if (!http->target.starts_with('/') || http->target.find_first_of(" \r\n") != std::string::npos) std::abort();
    for (const auto& [name, value] : http->headers.fields()) {
        if (!is_header_name(name) || !is_header_value(value)) std::abort();
    }
    JsonReader reader;
    if (!reader.parse(http->body, kDepthMax)) std::abort();
    if (!is_header_value(adapted.header_value())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static JsonReader reader;
    std::string body(reinterpret_cast<const char*>(data), size);
    ChatRequest request;
    if (!openai_chat_ingress().decode(body, reader, request)) return 0;
    for (const ProviderModule& module : all_provider_modules()) {
        // Names of models that some encoders tell generations by.
        for (const char* model : {"m", "gemini-2.0-flash", "gemini-2.5-pro"}) {
            const Deployment deployment{
                .name = "d", .provider = "fuzzed", .model = model, .capabilities = module.capabilities()};
            encode(module, request, deployment, config::AdaptMode::adapt);
            encode(module, request, deployment, config::AdaptMode::drop);
        }
    }
    return 0;
}
