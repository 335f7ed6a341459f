// Properties: the guard accepts a head only as a whole and only what Beast's parser accepts too; chunked decoding and
// response heads survive anything, and chunked data is the same whole and byte by byte.
#include <cstdlib>
#include <string>

#include "beast_head.hpp"
#include "breakwater/net/chunked.hpp"
#include "net/http_head.hpp"
#include "net/request_guard.hpp"

namespace {

using namespace breakwater;

std::string dechunk(std::string bytes, std::size_t piece) {
    ChunkedDecoder decoder;
    std::string body;
    for (std::size_t at = 0; at < bytes.size() && !decoder.done(); at += piece) {
        std::string part = bytes.substr(at, piece);
        const ChunkedDecoder::Step step = decoder.decode(part);
        body.append(part, 0, step.body_bytes);
        if (step.failed) break;
    }
    return body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (const std::string& input :
         {std::string(bytes), "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(bytes) + "\r\n\r\n"}) {
        const GuardVerdict verdict = check_request_head(input, {.bytes = 1u << 16, .fields = 100});
        if (verdict.kind != GuardVerdict::Kind::accepted) continue;
        const auto head = std::string_view(input).substr(0, verdict.framing.head_bytes);
        if (!head.ends_with("\r\n\r\n") || !test::BeastHead<true>(head).valid) std::abort();
    }
    ResponseHead head;
    static_cast<void>(read_response_head(bytes, head));
    head = {};
    static_cast<void>(read_response_head("HTTP/1.1 200 OK\r\n" + std::string(bytes) + "\r\n\r\n", head));
    if (dechunk(std::string(bytes), size + 1) != dechunk(std::string(bytes), 1)) std::abort();
    return 0;
}
