#include "json_plain_copy.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace breakwater {

#if defined(__x86_64__)
namespace {

// The binary runs on every x86-64, so what this function needs is asked for at run time.
__attribute__((target("avx2"))) PlainCopy copy_avx2(const char* from, std::size_t count, char* to) noexcept {
    constexpr std::size_t kBytes = 32;
    const __m256i two = _mm256_set1_epi8(2);
    const __m256i space = _mm256_set1_epi8(' ');
    const __m256i backslash = _mm256_set1_epi8('\\');
    __m256i seen = _mm256_setzero_si256();
    std::size_t at = 0;
    for (; count - at >= kBytes; at += kBytes) {
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + at));
        // With bit 1 turned over a quote stands where the space was, next to the control characters.
        const __m256i turned = _mm256_xor_si256(bytes, two);
        const __m256i low = _mm256_cmpeq_epi8(_mm256_min_epu8(turned, space), turned);
        const __m256i escapes = _mm256_or_si256(low, _mm256_cmpeq_epi8(bytes, backslash));
        if (_mm256_testz_si256(escapes, escapes) == 0) break;
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + at), bytes);
        seen = _mm256_or_si256(seen, bytes);
    }
    return {at, _mm256_movemask_epi8(seen) != 0};
}

}  // namespace

PlainCopy copy_plain_blocks(const char* from, std::size_t count, char* to) noexcept {
    static const bool avx2 = __builtin_cpu_supports("avx2") != 0;
    return avx2 ? copy_avx2(from, count, to) : PlainCopy{0, false};
}
#else
PlainCopy copy_plain_blocks(const char*, std::size_t, char*) noexcept {
    return {0, false};
}
#endif

}  // namespace breakwater
