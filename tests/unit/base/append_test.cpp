#include "breakwater/base/append.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

namespace breakwater {
namespace {

std::string digits_of(std::uint64_t value) {
    std::array<char, 20> text{};
    return {text.data(), put_digits(text.data(), value)};
}

TEST(PutDigits, AgreesWithTheLibrary) {
    for (std::uint64_t value = 0; value < 100'100; ++value) ASSERT_EQ(digits_of(value), std::to_string(value));
    std::uint64_t power = 1;
    for (int bit = 0; bit < 64; ++bit, power *= 2) {
        for (const std::uint64_t value : {power - 1, power, power + 1})
            EXPECT_EQ(digits_of(value), std::to_string(value));
    }
    std::uint64_t ten = 1;
    for (int digit = 0; digit < 20; ++digit, ten *= 10) {
        for (const std::uint64_t value : {ten - 1, ten, ten + 1}) EXPECT_EQ(digits_of(value), std::to_string(value));
    }
    EXPECT_EQ(digits_of(UINT64_MAX), "18446744073709551615");
}

TEST(AppendWritten, KeepsWhatWasWrittenAndNoMore) {
    std::string out = "a";
    for (int i = 0; i < 100; ++i) {
        append_written(out, 1000, [](char* at) {
            std::memcpy(at, "xyz", 3);
            return at + 2;
        });
        append_written(out, 0, [](char* at) { return at; });
    }
    EXPECT_EQ(out.size(), 201u);
    EXPECT_EQ(out.substr(0, 5), "axyxy");
}

TEST(MakeRoom, Doubles) {
    std::string out(1000, 'x');
    make_room(out, 1);
    EXPECT_GE(out.capacity(), 2000u);
    EXPECT_EQ(out, std::string(1000, 'x'));
    make_room(out, 50'000);
    EXPECT_GE(out.capacity(), 51'000u);
}

}  // namespace
}  // namespace breakwater
