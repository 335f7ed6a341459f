// Property: whatever a client asks, every provider's encoder makes one JSON object of it that has no member twice,
// below a path and with headers that can be sent, or refuses with a message; for every dialect and every mode of
// adaptation.
#include <cstdlib>

#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/provider.hpp"
#include "expect.hpp"

namespace {

using namespace breakwater;

/// Encoders go by the name of the model where the vendor's models differ in what they take.
constexpr std::string_view kModels[] = {"m",
                                        "claude-sonnet-4-5",
                                        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                                        "amazon.nova-lite-v1:0",
                                        "meta.llama3-1-70b-instruct-v1:0",
                                        "gemini-2.5-flash",
                                        "gemini-3-pro-preview",
                                        "command-a-reasoning-08-2025"};

void encode(const ProviderModule& module, std::string_view model, const ChatRequest& request, config::AdaptMode mode) {
    const std::unique_ptr<Provider> provider =
        module.make(config::Provider{.name = "fuzzed", .dialect = std::string(module.dialect)});
    const Deployment deployment{
        .name = "d", .provider = "fuzzed", .model = std::string(model), .capabilities = module.capabilities()};
    const Secret credential("fuzz-key-0001");
    Adaptations adapted;
    BentRequest bent(request);
    if (!adapt_request(bent, deployment.capabilities, deployment.facts, mode, adapted)) return;
    Result<HttpRequest> http = provider->encode(
        bent.get(), {.deployment = deployment, .credential = credential, .mode = mode, .adapted = adapted});
    if (!http && http.error().message.empty()) std::abort();
    if (http) {
        expect_head(*http);
        expect_object(whole_body(std::move(*http)));
    }
    static_cast<void>(provider->make_decoder(bent.get(), deployment));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static JsonReader reader;
    const std::string_view model = kModels[size % std::size(kModels)];  // so that a fuzzer chooses it
    for (const Ingress* ingress : all_ingresses()) {
        std::string body(reinterpret_cast<const char*>(data), size);
        ChatRequest request;
        if (!ingress->decode(body, reader, request)) continue;
        for (const ProviderModule& module : all_provider_modules()) {
            for (const auto mode : {config::AdaptMode::strict, config::AdaptMode::adapt, config::AdaptMode::drop}) {
                encode(module, model, request, mode);
            }
        }
    }
    return 0;
}
