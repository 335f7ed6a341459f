// Property: an SSE stream gives the same events whole and byte by byte, and never anything worse than an Error.
#include <cstdlib>
#include <string>
#include <vector>

#include "breakwater/wire/sse_parser.hpp"

namespace {

using namespace breakwater;

class Collect final : public SseHandler {
public:
    Result<void> on_sse(const SseEvent& event) override {
        events.push_back(std::string(event.name) + "\n" + std::string(event.data));
        return {};
    }
    std::vector<std::string> events;
};

std::vector<std::string> parse(std::string_view bytes, std::size_t piece) {
    SseParser parser(1u << 16);
    Collect collect;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        if (!parser.feed(bytes.substr(at, piece), collect)) return collect.events;
    }
    static_cast<void>(parser.finish(collect));
    return collect.events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (parse(bytes, bytes.size() + 1) != parse(bytes, 1)) std::abort();
    return 0;
}
