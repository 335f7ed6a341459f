#include <gtest/gtest.h>

#include "breakwater/routing/adapt.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {
namespace {

TEST(Adaptations, AreWrittenAsAHeader) {
    Adaptations done;
    EXPECT_TRUE(done.empty());
    EXPECT_EQ(done.header_value(), "");
    done.add("temperature", AdaptAction::clamped);
    done.add("seed", AdaptAction::dropped);
    done.add("response_format", AdaptAction::emulated);
    done.add("reasoning_effort", AdaptAction::mapped);
    EXPECT_EQ(done.header_value(),
              "temperature=clamped, seed=dropped, response_format=emulated, reasoning_effort=mapped");
}

TEST(Adaptations, HoldEachFieldAndActionOnce) {
    Adaptations done;
    done.add("stop", AdaptAction::clamped);
    done.add("stop", AdaptAction::clamped);
    done.add("stop", AdaptAction::mapped);
    EXPECT_EQ(done.list().size(), 2u);
}

TEST(Adaptations, EndTheHeaderAfterFortyEntries) {
    Adaptations done;
    for (int i = 0; i < 40; ++i) done.add("field" + std::to_string(i), AdaptAction::dropped);
    EXPECT_TRUE(done.header_value().ends_with("field39=dropped"));
    done.add("field40", AdaptAction::dropped);
    EXPECT_TRUE(done.header_value().ends_with("field39=dropped, ..."));
    EXPECT_EQ(done.list().size(), 41u);
}

// One body can have a million messages, each with something that has to be said of it.
TEST(Adaptations, StopGrowing) {
    Adaptations done;
    for (int i = 0; i < 100'000; ++i) done.add("messages[" + std::to_string(i) + "].name", AdaptAction::dropped);
    EXPECT_EQ(done.list().size(), 256u);
}

TEST(Adaptations, StayAValidHeaderWhateverTheFieldsAreCalled) {
    Adaptations done;
    done.add("a\r\nSet-Cookie: x=1,b\xC3\xA9", AdaptAction::dropped);
    EXPECT_TRUE(is_header_value(done.header_value()));
    EXPECT_EQ(done.header_value(), "a__Set-Cookie:_x_1_b__=dropped");
}

}  // namespace
}  // namespace breakwater
