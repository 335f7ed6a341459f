// Property: whatever a provider sends, behind the guard comes an answer that ends exactly once, or an Error; for every
// dialect, and the same for a stream and a whole answer.
#include <cstdlib>

#include "breakwater/canonical/chat_response.hpp"
#include "breakwater/canonical/stream_guard.hpp"
#include "breakwater/providers/provider.hpp"

namespace {

using namespace breakwater;

/// What an answer is fed as.
struct Way {
    bool stream;
    int status;
    bool in_one_piece;
};

void feed(const ProviderModule& module, std::string_view body, const Way& way) {
    const std::unique_ptr<Provider> provider =
        module.make(config::Provider{.name = "fuzzed", .dialect = std::string(module.dialect)});
    const Deployment deployment{.name = "d", .provider = "fuzzed", .model = "m"};
    ChatRequest request;
    request.stream = way.stream;
    const std::unique_ptr<ResponseDecoder> decoder = provider->make_decoder(request, deployment);
    HttpResponseHead head{.status = way.status};
    head.headers.add("content-type", way.stream ? "text/event-stream" : "application/json");
    if (!decoder->on_head(head)) return;

    ResponseFold fold;
    Rng rng(1);
    StreamGuard guard(fold, rng);
    const std::size_t middle = body.size() / 2;
    if (way.in_one_piece) {
        if (!decoder->on_last(body, guard)) return;
    } else {
        if (!decoder->on_body(body.substr(0, middle), guard) || !decoder->on_body(body.substr(middle), guard)) return;
        if (!decoder->on_end(guard)) return;
    }
    if (!guard.ended()) std::abort();
    if (fold.ended() == fold.fault().has_value()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    for (const ProviderModule& module : all_provider_modules()) {
        for (const bool stream : {false, true}) {
            feed(module, body, {.stream = stream, .status = 200, .in_one_piece = false});
            feed(module, body, {.stream = stream, .status = 200, .in_one_piece = true});
            feed(module, body, {.stream = stream, .status = 429, .in_one_piece = false});
            feed(module, body, {.stream = stream, .status = 429, .in_one_piece = true});
        }
    }
    return 0;
}
