// Property: a body of the Responses API is decoded or refused with a message, never anything else; and what of it is
// to be kept can be read again as an earlier turn.
#include <cstdlib>
#include <vector>

#include "breakwater/ingress/ingress.hpp"
#include "ingress/openai_responses/module.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace breakwater;
    static JsonReader reader;
    std::string body(reinterpret_cast<const char*>(data), size);
    ChatRequest request;
    const Result<void> decoded = openai_responses_ingress().decode(body, reader, request);
    if (!decoded && decoded.error().message.empty()) std::abort();
    if (!decoded) return 0;
    if (request.messages.empty()) std::abort();
    if (request.own->input.empty()) return 0;
    const std::vector<std::string> earlier{request.own->input};
    if (!openai_responses_ingress().go_on(earlier, reader, request)) std::abort();
    return 0;
}
