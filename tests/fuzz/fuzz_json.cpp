// Property: JsonReader takes exactly the texts that simdjson's own document takes, and finds the same in them; what it
// writes of one has the same values.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "json_reference.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace breakwater;
    // Sanitizers see what is read beyond the end only where nothing is behind it.
    const std::string json(reinterpret_cast<const char*>(data), size);
    static JsonReference reference;
    if (reference.difference(json)) std::abort();
    static JsonReader reader;
    const auto root = reader.parse(json);
    if (!root) return 0;
    const std::string written = to_json(*root);
    static JsonReader again;
    const auto second = again.parse(written);
    if (!second || to_json(*second) != written || reference.difference(written)) std::abort();
    return 0;
}
