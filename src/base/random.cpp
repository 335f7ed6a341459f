#include "breakwater/base/random.hpp"

#include <bit>
#include <cmath>
#include <numbers>
#include <string_view>

#include "breakwater/base/append.hpp"

namespace breakwater {
namespace {

__extension__ using Wide = unsigned __int128;

/// Spreads a small seed over the whole state; xoshiro must not start from all zeros.
std::uint64_t split_mix(std::uint64_t& state) noexcept {
    state += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

}  // namespace

Rng::Rng(std::uint64_t seed) noexcept : state_{} {
    for (auto& word : state_) word = split_mix(seed);
}

std::uint64_t Rng::next() noexcept {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

double Rng::uniform() noexcept {
    // 53 bits are what a double's mantissa holds, so that 1.0 is never reached by rounding.
    return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

std::uint64_t Rng::below(std::uint64_t bound) noexcept {
    std::uint64_t value = next();
    if (value >= bound) return value % bound;
    // The lowest 2^64 mod bound values, of which there are fewer than `bound`, would make small results more likely;
    // they are drawn again. Only here, because a division costs more than all else.
    const std::uint64_t unfair = (0 - bound) % bound;
    while (value < unfair) value = next();
    return value % bound;
}

double Rng::normal() noexcept {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));  // 1 - u is never 0
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::string Rng::base62(std::size_t length) {
    std::string text;
    append_base62(text, length);
    return text;
}

void Rng::append_base62(std::string& out, std::size_t length) {
    static constexpr char kDigits[63] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    // A word is a fraction of 2^64: times 62, what overflows is a digit and the rest is the next fraction. Eight digits
    // leave 16 bits of the word, so that none is likelier than another by more than one in 2^16.
    constexpr int kDigitsPerWord = 8;
    const auto put_word = [this](char* at, int digits) {
        std::uint64_t fraction = next();
        for (int i = 0; i < digits; ++i) {
            const auto product = static_cast<Wide>(fraction) * 62;
            at[i] = kDigits[static_cast<std::uint64_t>(product >> 64)];
            fraction = static_cast<std::uint64_t>(product);
        }
        return at + digits;
    };
    append_written(out, length, [&](char* at) {
        std::size_t left = length;
        for (; left >= kDigitsPerWord; left -= kDigitsPerWord) at = put_word(at, kDigitsPerWord);
        return left == 0 ? at : put_word(at, static_cast<int>(left));
    });
}

std::uint64_t fnv1a(std::string_view text, std::uint64_t hash) noexcept {
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3u;
    }
    return hash;
}

}  // namespace breakwater
