#include "breakwater/canonical/client_text.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

std::shared_ptr<const std::string> shared(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

TEST(ClientText, IsItsOwnOrStaysInTheBody) {
    const ClientText own(std::string("a\nb"));
    EXPECT_EQ(own.view(), "a\nb");
    EXPECT_FALSE(own.string().as_written);

    const auto body = shared("plain text");
    const ClientText plain(body, JsonString::written(*body, false));
    EXPECT_EQ(plain.view().data(), body->data()) << "not copied";
    EXPECT_TRUE(plain.string().as_written);
    EXPECT_FALSE(plain.empty());
    EXPECT_TRUE(ClientText().empty());
}

TEST(ClientText, IsDecodedWhenItIsRead) {
    const auto body = shared(R"(a\n\u00fc\\)");
    const ClientText text(body, JsonString::written(*body, true));
    EXPECT_EQ(text.string().bytes.data(), body->data());
    EXPECT_EQ(text.view(), "a\n\xC3\xBC\\");
    EXPECT_EQ(text.view().data(), text.view().data()) << "once";
    EXPECT_EQ(text.string().bytes, *body) << "as it is written all the same";
}

TEST(ClientText, KeepsTheBodyAliveAlsoForCopies) {
    auto body = shared(R"(said \"so\")");
    ClientText text(body, JsonString::written(*body, true));
    const std::weak_ptr<const std::string> watched = body;
    body.reset();
    ClientText copy = text;
    EXPECT_EQ(text.view(), "said \"so\"");
    text = {};
    EXPECT_EQ(copy.view(), "said \"so\"");
    EXPECT_FALSE(watched.expired());
    copy = {};
    EXPECT_TRUE(watched.expired());
}

TEST(ClientText, BecomesItsOwnWhenItIsChanged) {
    for (const bool escaped : {false, true}) {
        const auto body = shared(escaped ? R"(one\ntwo)" : "one two");
        ClientText text(body, JsonString::written(*body, escaped));
        if (escaped) EXPECT_EQ(text.view(), "one\ntwo");
        const ClientText before = text;
        text.own() += "!";
        EXPECT_EQ(text.view(), escaped ? "one\ntwo!" : "one two!");
        EXPECT_FALSE(text.string().as_written);
        EXPECT_EQ(before.view(), escaped ? "one\ntwo" : "one two");
    }
}

}  // namespace
}  // namespace breakwater
