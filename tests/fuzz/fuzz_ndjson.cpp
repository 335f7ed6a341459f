// Property: a stream of lines gives the same lines whole and byte by byte, and never anything worse than an Error.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "breakwater/wire/ndjson_splitter.hpp"

namespace {

using namespace breakwater;

class Collect final : public LineHandler {
public:
    Result<void> on_line(std::string_view line) override {
        lines.emplace_back(line);
        return {};
    }
    std::vector<std::string> lines;
};

std::vector<std::string> split(std::string_view bytes, std::size_t piece) {
    NdjsonSplitter splitter(1u << 16);
    Collect collect;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        if (!splitter.feed(bytes.substr(at, piece), collect)) return collect.lines;
    }
    static_cast<void>(splitter.finish(collect));
    return collect.lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (split(bytes, bytes.size() + 1) != split(bytes, 1)) std::abort();
    return 0;
}
