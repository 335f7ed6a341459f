// Property: a body is decoded or refused with a message, never anything else.
#include <cstdlib>

#include "breakwater/ingress/ingress.hpp"
#include "ingress/openai_chat/module.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace breakwater;
    static JsonReader reader;
    std::string body(reinterpret_cast<const char*>(data), size);
    ChatRequest request;
    const Result<void> decoded = openai_chat_ingress().decode(body, reader, request);
    if (!decoded && decoded.error().message.empty()) std::abort();
    if (decoded && request.messages.empty()) std::abort();
    return 0;
}
