#include <gtest/gtest.h>

#include <random>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "wire/text_block.hpp"

namespace breakwater {
namespace {

/// The rule, byte by byte.
std::string escaped_slowly(std::string_view text) {
    std::string out;
    for (const char c : replace_invalid_utf8(text)) {
        constexpr std::string_view kNamed = "\"\\\b\f\n\r\t";
        constexpr std::string_view kLetters = "\"\\bfnrt";
        constexpr std::string_view kHex = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        if (const std::size_t named = kNamed.find(c); named != std::string_view::npos) {
            out.append({'\\', kLetters[named]});
        } else if (byte < 0x20) {
            out.append("\\u00").append({kHex[byte >> 4], kHex[byte & 15]});
        } else {
            out += c;
        }
    }
    return out;
}

/// All ways out of the escaper, in a string without and with room, on a copy whose end ASan guards.
void expect_escaped(std::string_view text) {
    const std::vector<char> guarded(text.begin(), text.end());
    const std::string_view copy(guarded.data(), guarded.size());
    const std::string inside = escaped_slowly(text);
    for (const std::size_t room : {0u, 400u}) {
        std::string out = "[";
        out.reserve(room);
        append_json_escaped(out, copy);
        ASSERT_EQ(out, "[" + inside);

        out = "";
        JsonWriter json(out);
        json.begin_array().string(copy).string(copy).begin_object().key(copy).null().field(copy, copy).end_object();
        const std::string quoted = '"' + inside + '"';
        ASSERT_EQ(out, "[" + quoted + "," + quoted + ",{" + quoted + ":null," + quoted + ":" + quoted + "}");
    }
}

TEST(JsonEscape, EveryLengthWithAnEscapeAtEveryPlace) {
    for (std::size_t length = 0; length <= 70; ++length) {
        expect_escaped(std::string(length, 'a'));
        for (std::size_t place = 0; place < length; ++place) {
            for (const char c : {'"', '\n', '\0'}) {
                std::string text(length, 'a');
                text[place] = c;
                ASSERT_NO_FATAL_FAILURE(expect_escaped(text)) << length << ", " << place;
            }
        }
    }
}

TEST(JsonEscape, EveryLengthWithACharacterBeyondAsciiAtEveryPlace) {
    for (const std::string_view character : {"\xE6\xB0\xB4", "\xff", "\xE6\xB0"}) {
        for (std::size_t length = 0; length <= 70; ++length) {
            for (std::size_t place = 0; place <= length; ++place) {
                std::string text(length, 'a');
                text.insert(place, character);
                ASSERT_NO_FATAL_FAILURE(expect_escaped(text)) << length << ", " << place;
                if (place == length) continue;
                text.back() = '"';
                ASSERT_NO_FATAL_FAILURE(expect_escaped(text)) << length << ", " << place;
            }
        }
    }
}

TEST(JsonEscape, PlainTextOfEveryLength) {
    for (std::size_t length = 71; length <= 400; ++length) {
        ASSERT_NO_FATAL_FAILURE(expect_escaped(std::string(length, 'a'))) << length;
        ASSERT_NO_FATAL_FAILURE(expect_escaped(std::string(length - 1, 'a') + '\n')) << length;
    }
}

// Nearly plain, half and half, nothing but escapes: over and over the room runs out and the larger blocks begin and
// end.
TEST(JsonEscape, LongTextsOfEveryDensity) {
    std::mt19937 random(1);
    constexpr std::array<std::string_view, 6> kPieces{"\"", "\\", "\x01", "\xC3\xBC", "\xF0\x9F\x92\xA7", "\xff"};
    for (const unsigned one_in : {1u, 2u, 5u, 30u, 200u}) {
        for (const std::size_t length : {97u, 128u, 1000u, 5000u}) {
            std::string text;
            while (text.size() < length) {
                if (random() % one_in == 0) {
                    text += kPieces[random() % kPieces.size()];
                } else {
                    text += static_cast<char>('a' + random() % 26);
                }
            }
            ASSERT_NO_FATAL_FAILURE(expect_escaped(text)) << one_in << ", " << length;
        }
    }
}

template <class Block>
class TextBlockTest : public testing::Test {};
#if defined(__SSE2__)
using Blocks = testing::Types<WordBlock, VectorBlock>;
#else
using Blocks = testing::Types<WordBlock>;
#endif
TYPED_TEST_SUITE(TextBlockTest, Blocks);

TYPED_TEST(TextBlockTest, SeesEveryByteAtEveryPlace) {
    for (unsigned c = 0; c < 256; ++c) {
        for (std::size_t place = 0; place < TypeParam::kBytes; ++place) {
            for (const char around : {'a', ' ', '"', '\x1f', '\xff'}) {
                std::string text(TypeParam::kBytes, around);
                text[place] = static_cast<char>(c);
                std::uint32_t unusual = 0;
                std::uint32_t beyond_ascii = 0;
                for (std::size_t i = 0; i < text.size(); ++i) {
                    const auto byte = static_cast<unsigned char>(text[i]);
                    const bool odd = byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\';
                    unusual |= std::uint32_t{odd} << i;
                    beyond_ascii |= std::uint32_t{byte >= 0x80} << i;
                }
                const auto block = TypeParam::load(text.data());
                ASSERT_EQ(block.unusual(), unusual) << c << " at " << place;
                ASSERT_EQ(block.beyond_ascii(), beyond_ascii) << c << " at " << place;
            }
        }
    }
}

TYPED_TEST(TextBlockTest, LoadsNoMoreThanThereIs) {
    for (std::size_t count = 1; count < TypeParam::kBytes; ++count) {
        std::vector<char> text(count);
        for (std::size_t i = 0; i < count; ++i) text[i] = static_cast<char>('A' + i);
        std::string stored(TypeParam::kBytes, '?');
        TypeParam::load_short(text.data(), count).store(stored.data());
        EXPECT_EQ(stored, std::string(text.begin(), text.end()) + std::string(TypeParam::kBytes - count, '\0'));
    }
}

}  // namespace
}  // namespace breakwater
