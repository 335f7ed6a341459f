#include "vector_text.hpp"

#include <bit>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "breakwater/base/base64.hpp"

namespace breakwater::ingress {
namespace {

constexpr std::size_t kNumberBytesMax = 32;

float float_at(std::string_view bytes, std::size_t at) noexcept {
    std::uint32_t bits = 0;
    for (unsigned i = 0; i < 4; ++i) bits |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    return std::bit_cast<float>(bits);
}

/// The shortest digits that read back as this very float, which are fewer than those of the same double.
void write_float(JsonWriter& json, float value) {
    if (value - value != 0) {  // JSON has no NaN
        json.null();
        return;
    }
    json.raw(kNumberBytesMax, [value](char* at) { return std::to_chars(at, at + kNumberBytesMax, value).ptr; });
}

}  // namespace

void write_numbers(JsonWriter& json, const EmbeddingEvent& event) {
    json.begin_array();
    for (const double value : event.values) json.number(value);
    if (!event.base64.empty()) {
        const std::string bytes = decode_base64(event.base64).value_or("");
        for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) write_float(json, float_at(bytes, at));
    }
    json.end_array();
}

}  // namespace breakwater::ingress
