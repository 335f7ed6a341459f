#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

// The growing branch of std::string keeps Clang from inlining it by itself; GCC decides well and has no such attribute.
#ifdef __clang__
#define BREAKWATER_INLINE_CALL [[clang::always_inline]]
#else
#define BREAKWATER_INLINE_CALL
#endif

namespace breakwater {

/// Gives `out` room for `more` bytes; at least doubles it if it must grow.
void make_room(std::string& out, std::size_t more);

/// Writes a literal and returns its end.
template <std::size_t N>
inline char* put_literal(char* at, const char (&text)[N]) noexcept {
    std::memcpy(at, text, N - 1);
    return at + N - 1;
}

/// Writes the decimal digits of `value`, 20 at most, and returns their end. Short numbers are what is written all day;
/// for them this costs half of std::to_chars.
char* put_digits(char* at, std::uint64_t value) noexcept;

/// Appends what `write` writes: it gets the place, may use `most` bytes there, and returns the end of what it wrote.
/// For the many short pieces of a body or a log line: a piece of constant length is a few stores, where
/// std::string::append is two calls.
template <class Write>
    requires std::same_as<std::invoke_result_t<Write, char*>, char*>
inline void append_written(std::string& out, std::size_t most, Write write) {
    const std::size_t size = out.size();
    if (out.capacity() - size < most) [[unlikely]]
        make_room(out, most);
    const std::size_t capacity = out.capacity();
    [[assume(size + most <= capacity)]];
    BREAKWATER_INLINE_CALL out.resize_and_overwrite(size + most, [size, &write](char* bytes, std::size_t) {
        return static_cast<std::size_t>(write(bytes + size) - bytes);
    });
}

}  // namespace breakwater

#undef BREAKWATER_INLINE_CALL
