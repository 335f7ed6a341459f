// Property: whatever a client asks, every provider's encoder makes one JSON object of it that has no member twice,
// below a path and with headers that can be sent, or refuses with a message; for every dialect and every mode of
// adaptation.
#include <cstdlib>

#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/provider.hpp"
#include "ingress/openai_chat/module.hpp"

namespace {

using namespace breakwater;

constexpr std::size_t kDepthMax = 1024;

void check(const HttpRequest& http) {
    static JsonReader reader;
    if (!http.target.starts_with('/')) std::abort();
    for (const auto& [name, value] : http.headers.fields()) {
        if (!is_header_name(name) || !is_header_value(value)) std::abort();
    }
    const Result<JsonReader::Element> body = reader.parse(http.body, kDepthMax);
    if (!body || !body->is_object() || find_duplicate_key(*body)) std::abort();
}

void encode(const ProviderModule& module, const ChatRequest& request, config::AdaptMode mode) {
    const std::unique_ptr<Provider> provider =
        module.make(config::Provider{.name = "fuzzed", .dialect = std::string(module.dialect)});
    const Deployment deployment{.name = "d", .provider = "fuzzed", .model = "m", .capabilities = module.capabilities()};
    const Secret credential("fuzz-key-0001");
    Adaptations adapted;
    BentRequest bent(request);
    if (!adapt_request(bent, deployment.capabilities, deployment.facts, mode, adapted)) return;
    const Result<HttpRequest> http = provider->encode(
        bent.get(), {.deployment = deployment, .credential = credential, .mode = mode, .adapted = adapted});
    if (!http && http.error().message.empty()) std::abort();
    if (http) check(*http);
    static_cast<void>(provider->make_decoder(bent.get(), deployment));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static JsonReader reader;
    std::string body(reinterpret_cast<const char*>(data), size);
    ChatRequest request;
    if (!openai_chat_ingress().decode(body, reader, request)) return 0;
    for (const ProviderModule& module : all_provider_modules()) {
        for (const auto mode : {config::AdaptMode::strict, config::AdaptMode::adapt, config::AdaptMode::drop}) {
            encode(module, request, mode);
        }
    }
    return 0;
}
