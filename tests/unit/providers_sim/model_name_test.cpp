#include "providers/sim/model_name.hpp"

#include <gtest/gtest.h>

#include "breakwater/providers/sim.hpp"

namespace breakwater::sim {
namespace {

using std::chrono::milliseconds;

TEST(SimModelName, TakesSettingsBehindAColonOverTheGivenOnes) {
    const config::SimSettings given{.first_token_p50 = milliseconds(1),
                                    .first_token_p95 = milliseconds(2),
                                    .gap_p50 = milliseconds(3),
                                    .gap_p95 = milliseconds(4),
                                    .seed = 9};

    const auto model =
        parse_model("reasoning:tokens=50, first_token=1.5s,gap_p95=80ms,fail=20%,fail_with=cut-after-2,seed=7", given);

    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->behaviour, Behaviour::reasoning);
    EXPECT_EQ(model->settings.tokens, 50);
    EXPECT_EQ(model->settings.first_token_p50, milliseconds(1500));
    EXPECT_EQ(model->settings.first_token_p95, milliseconds(0)) << "the spread belonged to another median";
    EXPECT_EQ(model->settings.gap_p50, milliseconds(3));
    EXPECT_EQ(model->settings.gap_p95, milliseconds(80));
    EXPECT_DOUBLE_EQ(model->settings.fail, 0.2);
    EXPECT_EQ(model->settings.seed, 7u);
    EXPECT_EQ(model->fail_with.kind, Fault::Kind::cut);
    EXPECT_EQ(model->fail_with.after, 2u);
}

TEST(SimModelName, KeepsTheGivenSettingsWithoutAny) {
    const auto model = parse_model("sim/echo", {.fail = 0.5, .fail_with = "refused", .tokens = 3});
    ASSERT_TRUE(model);
    EXPECT_EQ(model->behaviour, Behaviour::echo);
    EXPECT_EQ(model->settings.tokens, 3);
    EXPECT_EQ(model->settings.fail, 0.5);
    EXPECT_EQ(model->fail_with.kind, Fault::Kind::refused);
}

TEST(SimModelName, KnowsEveryFault) {
    struct Case {
        std::string_view name;
        Fault::Kind kind;
    };
    const Case cases[] = {
        {"status-300", Fault::Kind::status},
        {"status-599", Fault::Kind::status},
        {"error-in-200", Fault::Kind::error_in_200},
        {"error-first-event", Fault::Kind::error_first},
        {"cut-before", Fault::Kind::cut},
        {"cut-after-0", Fault::Kind::cut},
        {"stall-after-12", Fault::Kind::stall},
        {"malformed-after-1", Fault::Kind::malformed},
        {"error-after-1", Fault::Kind::error_mid},
        {"slow-head-300ms", Fault::Kind::slow_head},
        {"refused", Fault::Kind::refused},
        {"html", Fault::Kind::html},
        {"empty", Fault::Kind::empty},
        {"no-done", Fault::Kind::no_done},
        {"no-finish", Fault::Kind::no_finish},
    };
    for (const Case& c : cases) {
        const auto model = parse_model(c.name, {});
        ASSERT_TRUE(model) << c.name;
        EXPECT_EQ(model->fault.kind, c.kind) << c.name;
    }
    EXPECT_EQ(fault_from("slow-head-1.5s")->delay, milliseconds(1500));
    EXPECT_EQ(fault_from("slow-head-2m")->delay, std::chrono::minutes(2));
    EXPECT_EQ(fault_from("status-418")->status, 418);
}

TEST(SimModelName, RefusesWhatItDoesNotKnowAndSaysWhatThereIs) {
    struct Case {
        std::string_view name;
        std::string_view said;
    };
    const Case cases[] = {
        {"chta", "did you mean `chat`?"},
        {"gpt-5", "chat, echo, reasoning, lorem"},
        {"", "no model ``"},
        {"status-200", "no model"},
        {"status-999", "no model"},
        {"cut-after-", "no model"},
        {"cut-after-x", "no model"},
        {"slow-head-5", "no model"},
        {"chat:", "no setting ``"},
        {"chat:tokns=5", "did you mean `tokens`?"},
        {"chat:colour=red", "there are tokens"},
        {"chat:tokens", "does not take ``"},
        {"chat:tokens=-1", "does not take `-1`"},
        {"chat:tokens=99999999999", "does not take"},
        {"chat:gap=20", "does not take `20`"},
        {"chat:gap=nanms", "does not take"},
        {"chat:fail=120%", "does not take"},
        {"chat:fail=nan", "does not take"},
        {"chat:fail_with=chat", "does not take `chat`"},
        {"chat:seed=x", "does not take"},
    };
    for (const Case& c : cases) {
        const auto checked = check_sim_model(c.name, {});
        ASSERT_FALSE(checked) << c.name;
        EXPECT_EQ(checked.error().kind, ErrorKind::model_not_found);
        EXPECT_NE(checked.error().message.find(c.said), std::string::npos) << c.name << ": " << checked.error().message;
    }
}

TEST(SimModelName, ChecksTheProvidersOwnFault) {
    EXPECT_TRUE(check_sim_model("chat", {}));
    const auto checked = check_sim_model("chat", {.fail_with = "sometimes"});
    ASSERT_FALSE(checked);
    EXPECT_NE(checked.error().message.find("`sometimes`"), std::string::npos);
}

}  // namespace
}  // namespace breakwater::sim
