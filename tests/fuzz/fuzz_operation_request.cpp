// Property: whatever a client asks for beside chats, every provider's encoder makes a request of it that can be sent,
// and whose JSON, where it is no form, is one object that has no member twice; or refuses with a message.
#include <cstdlib>

#include "breakwater/exchange/realtime_operation.hpp"
#include "expect.hpp"
#include "operations.hpp"

namespace {

using namespace breakwater;

void encode(const ProviderModule& module, std::string_view model, Operation& whole, config::AdaptMode mode) {
    const Call call(module, model, whole, mode);
    const Result<HttpRequest>& http = call.http;
    if (!http) return http.error().message.empty() ? std::abort() : void();
    expect_head(*http);
    if (!call.decoder) std::abort();
    const bool message = http->method == "GET" && !http->body.empty();  // of a session
    if (message || http->headers.get("content-type") == "application/json") expect_object(http->body);
}

/// A session of Google's Live API, whose request is the client's first message. Its answers are no events of ours.
std::unique_ptr<Operation> make_live() {
    return std::make_unique<RealtimeOperation>(RealtimeRequest{.dialect = SessionDialect::google},
                                               HttpResponseHead{.status = 101}, config::Realtime{});
}

void feed(std::unique_ptr<Operation> (*make)(), std::string_view bytes, std::string_view model) {
    static JsonReader reader;
    for (const ProviderModule& module : all_provider_modules()) {
        for (const auto mode : {config::AdaptMode::strict, config::AdaptMode::drop}) {
            // Embeddings are used up by `encode`.
            std::string body(bytes);
            const std::unique_ptr<Operation> operation = make();
            if (const auto read = operation->decode(body, reader); !read) {
                if (read.error().message.empty()) std::abort();
                return;
            }
            encode(module, model, *operation, mode);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::string_view model = kOperationModels[size % std::size(kOperationModels)];  // so that a fuzzer chooses it
    for (const OperationKind& kind : kOperations) feed(kind.make, bytes, model);
    feed(make_live, bytes, model);
    return 0;
}
