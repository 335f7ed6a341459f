#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace breakwater {

static_assert(std::endian::native == std::endian::little, "the first byte of a text is the lowest one of a word");

/// `count` bytes as a word, the rest zero; 1 to 7. Reads nothing beyond them: loads that overlap agree on what they
/// share.
inline std::uint64_t load_short(const char* text, std::size_t count) noexcept {
    if (count >= 4) {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        std::memcpy(&first, text, 4);
        std::memcpy(&last, text + count - 4, 4);
        return first | (std::uint64_t{last} << ((count - 4) * 8));
    }
    const auto byte = [text](std::size_t at) {
        return std::uint64_t{static_cast<unsigned char>(text[at])} << (at * 8);
    };
    return byte(0) | byte(count / 2) | byte(count - 1);
}

/// Eight bytes of text in a word. Masks have one bit for each byte, the first in the lowest.
class WordBlock {
public:
    static constexpr std::size_t kBytes = 8;

    static WordBlock load(const char* text) noexcept {
        std::uint64_t word = 0;
        std::memcpy(&word, text, kBytes);
        return WordBlock(word);
    }
    /// Fewer than kBytes, at least one; the bytes behind them count as zero.
    static WordBlock load_short(const char* text, std::size_t count) noexcept {
        return WordBlock(breakwater::load_short(text, count));
    }
    void store(char* to) const noexcept { std::memcpy(to, &word_, kBytes); }
    /// Bytes that cannot stand in a JSON string as they are, and those beyond ASCII.
    [[nodiscard]] std::uint32_t unusual() const noexcept {
        const std::uint64_t plain = (word_ & kLow) + kOnes * 0x60;  // high bit: not a control character
        return gather((~plain | word_) | equal('"') | equal('\\'));
    }
    [[nodiscard]] std::uint32_t beyond_ascii() const noexcept { return gather(word_); }

private:
    static constexpr std::uint64_t kOnes = 0x0101010101010101u;
    static constexpr std::uint64_t kLow = kOnes * 0x7f;

    explicit WordBlock(std::uint64_t word) noexcept : word_(word) {}
    /// The high bit of each byte that is `c`, which is ASCII.
    [[nodiscard]] std::uint64_t equal(char c) const noexcept {
        const std::uint64_t other = word_ ^ (kOnes * static_cast<unsigned char>(c));
        return ~(((other & kLow) + kLow) | other);
    }
    /// Eight high bits, side by side.
    static std::uint32_t gather(std::uint64_t bits) noexcept {
        return static_cast<std::uint32_t>((((bits >> 7) & kOnes) * 0x0102040810204080u) >> 56);
    }

    std::uint64_t word_;
};

#if defined(__SSE2__)

/// The same with sixteen bytes.
class VectorBlock {
public:
    static constexpr std::size_t kBytes = 16;

    static VectorBlock load(const char* text) noexcept {
        return VectorBlock(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text)));
    }
    static VectorBlock load_short(const char* text, std::size_t count) noexcept {
        if (count < 8)
            return VectorBlock(_mm_cvtsi64_si128(static_cast<long long>(breakwater::load_short(text, count))));
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        std::memcpy(&first, text, 8);
        std::memcpy(&last, text + count - 8, 8);
        last = (last >> 1) >> ((16 - count) * 8 - 1);  // in two steps, as a shift by 64 is none
        return VectorBlock(_mm_set_epi64x(static_cast<long long>(last), static_cast<long long>(first)));
    }
    void store(char* to) const noexcept { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes_); }
    [[nodiscard]] std::uint32_t unusual() const noexcept {
        // The comparison is signed: bytes beyond ASCII are below a space too.
        const __m128i low = _mm_cmplt_epi8(bytes_, _mm_set1_epi8(' '));
        const __m128i quote = _mm_cmpeq_epi8(bytes_, _mm_set1_epi8('"'));
        const __m128i backslash = _mm_cmpeq_epi8(bytes_, _mm_set1_epi8('\\'));
        return mask(_mm_or_si128(low, _mm_or_si128(quote, backslash)));
    }
    [[nodiscard]] std::uint32_t beyond_ascii() const noexcept { return mask(bytes_); }

private:
    explicit VectorBlock(__m128i bytes) noexcept : bytes_(bytes) {}
    static std::uint32_t mask(__m128i bytes) noexcept { return static_cast<std::uint32_t>(_mm_movemask_epi8(bytes)); }

    __m128i bytes_;
};

using TextBlock = VectorBlock;
#else
using TextBlock = WordBlock;
#endif

}  // namespace breakwater
