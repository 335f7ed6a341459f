#include "breakwater/wire/json_writer.hpp"

#include <charconv>
#include <cmath>

namespace breakwater {
namespace {

/// Prices and parameters have few decimals. When the number is that many millionths of millionths, its digits are those
/// of an integer, without the zeros at the end: with fifteen digits or fewer no shorter form reads back equal. Writes
/// nothing when it is not such a number.
char* put_decimal(char* at, double value) noexcept {
    constexpr double kUnit = 1e12;
    if (!(value > 0 && value < 1000)) return at;
    const auto units = static_cast<std::uint64_t>(value * kUnit + 0.5);
    if (static_cast<double>(units) / kUnit != value) return at;
    at = put_digits(at, units / 1'000'000'000'000);
    std::uint64_t rest = units % 1'000'000'000'000;
    if (rest == 0) return at;
    *at++ = '.';
    for (std::uint64_t place = 100'000'000'000; rest != 0; place /= 10) {
        *at++ = static_cast<char>('0' + rest / place);
        rest %= place;
    }
    return at;
}

}  // namespace

char* put_json_number(char* at, std::int64_t value) noexcept {
    const auto magnitude = static_cast<std::uint64_t>(value);
    *at = '-';
    at += value < 0 ? 1 : 0;
    return put_digits(at, value < 0 ? 0 - magnitude : magnitude);
}

JsonWriter& JsonWriter::number(std::int64_t value) {
    return raw(kJsonNumberRoom, [value](char* at) { return put_json_number(at, value); });
}

JsonWriter& JsonWriter::number(double value) {
    if (!std::isfinite(value)) return null();
    return raw(kJsonNumberRoom, [value](char* at) {
        char* const end = put_decimal(at, value);
        return end != at ? end : std::to_chars(at, at + kJsonNumberRoom, value).ptr;
    });
}

JsonWriter& JsonWriter::joined(std::span<const JsonString> pieces) {
    std::size_t bytes = 2;
    for (const JsonString& piece : pieces) bytes += piece.bytes.size();
    if (out_.capacity() - out_.size() <= bytes) make_room(out_, bytes + 1);
    raw("\"");
    for (const JsonString& piece : pieces) {
        if (piece.as_written) {
            out_ += piece.bytes;
        } else {
            append_json_escaped(out_, piece.bytes);
        }
    }
    out_ += '"';
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    return raw(json.size(), [json](char* at) {
        if (!json.empty()) std::memcpy(at, json.data(), json.size());
        return at + json.size();
    });
}

}  // namespace breakwater
