// Property: whatever a provider answers to what clients ask for beside chats, they get one JSON object, or events that
// are one each, or bytes that are no JSON; or the decoder refuses the answer with a message.
#include <cstdlib>

#include "breakwater/canonical/stream_guard.hpp"
#include "expect.hpp"
#include "operations.hpp"

namespace {

using namespace breakwater;

/// As an attempt does: a fault is said where an answer has begun, else the client gets an error answer instead.
void answer(const Operation& operation, ResponseDecoder& decoder, std::string_view body, const HttpResponseHead& head) {
    if (!decoder.on_head(head)) return;
    const std::unique_ptr<ResponseEncoder> encoder =
        operation.make_encoder({.response_id = "x-1", .created = 1, .model = "m", .stream = operation.stream()});
    HttpResponseHead client{.status = 200};
    encoder->head(client);
    Rng rng(1);
    StreamGuard guard(*encoder, rng);
    const std::size_t middle = body.size() / 2;
    Result<void> done = decoder.on_body(body.substr(0, middle), guard);
    if (done) done = decoder.on_body(body.substr(middle), guard);
    if (done) done = decoder.on_end(guard);
    if (!done && done.error().message.empty()) std::abort();
    if (done && !guard.ended()) std::abort();
    if (!done && !guard.ended()) {
        if (!operation.stream() || !encoder->says_faults()) return;
        guard.on_event(StreamFault{done.error()});
    }
    const std::string_view type = client.headers.get("content-type");
    if (type == "text/event-stream") return expect_events(encoder->out());
    if (type == "application/json" && !encoder->out().empty()) expect_object(encoder->out());
}

void ask(const ProviderModule& module, std::string_view model, Operation& whole, std::string_view body,
         const HttpResponseHead& head) {
    const Call call(module, model, whole, config::AdaptMode::drop);
    if (call.http) answer(call.operation, *call.decoder, body, head);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static JsonReader reader;
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const std::string_view model = kOperationModels[size % std::size(kOperationModels)];  // so that a fuzzer chooses it
    HttpResponseHead head{.status = 200};
    head.headers.add("content-type", body.starts_with('{') ? "application/json" : "text/event-stream");
    for (const OperationKind& kind : kOperations) {
        for (const ProviderModule& module : all_provider_modules()) {
            std::string request(kind.request);
            const std::unique_ptr<Operation> operation = kind.make();
            if (!operation->decode(request, reader)) std::abort();
            ask(module, model, *operation, body, head);
        }
    }
    return 0;
}
