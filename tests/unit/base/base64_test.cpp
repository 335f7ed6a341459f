#include "breakwater/base/base64.hpp"

#include <gtest/gtest.h>

#include "breakwater/base/random.hpp"

namespace breakwater {
namespace {

TEST(Base64, MatchesTheVectorsOfRfc4648) {
    const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(encode_base64(bytes), text);
        EXPECT_EQ(decode_base64(text), bytes);
    }
}

TEST(Base64, ReadsTheUrlSafeAlphabetWithAndWithoutPadding) {
    EXPECT_EQ(decode_base64("-_8="), "\xFB\xFF");
    EXPECT_EQ(decode_base64("+/8"), "\xFB\xFF");
}

TEST(Base64, RefusesWhatIsNeither) {
    for (const std::string_view text : {"A", "AAAAA", "A AA", "AA\n=", "AA=A", "\xC3\xA9"})
        EXPECT_EQ(decode_base64(text), std::nullopt) << text;
}

TEST(Base64, ComesBackWhole) {
    Rng rng(3);
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
        bytes.push_back(static_cast<char>(rng.below(256)));
    }
}

}  // namespace
}  // namespace breakwater
