// Property: a body of the Messages dialect is decoded or refused with a message, never anything else; what can be
// answered can be counted; and the bytes that are kept of it lie in the body that was sent.
#include <cstdlib>

#include "breakwater/ingress/ingress.hpp"
#include "ingress/anthropic_messages/module.hpp"

namespace {

using namespace breakwater;

void expect_within(std::string_view part, const std::string& body) {
    if (part.empty()) return;
    if (part.data() < body.data() || part.data() + part.size() > body.data() + body.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static JsonReader reader;
    const std::string sent(reinterpret_cast<const char*>(data), size);
    std::string body = sent;
    ChatRequest request;
    const Result<void> decoded = anthropic_messages_ingress().decode(body, reader, request);
    if (!decoded && decoded.error().message.empty()) std::abort();
    if (!decoded) return 0;
    if (request.messages.empty() || !request.sent || request.sent->body != sent) std::abort();
    for (const std::string_view part :
         {request.sent->model, request.sent->system, request.sent->messages, request.sent->tools}) {
        expect_within(part, request.sent->body);
    }
    body = sent;
    ChatRequest counted;
    if (!anthropic_messages_ingress().decode_to_count(body, reader, counted)) std::abort();
    return 0;
}
