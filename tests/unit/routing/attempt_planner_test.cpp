#include "breakwater/routing/attempt_planner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>

namespace breakwater {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A planner with its surroundings and a clock of its own; steps are written as text: "try b 2", "wait", "give up
/// rate_limited".
struct Plan {
    std::vector<Deployment> deployments;
    config::Policies policies;
    RetryBudget budget{1.0, 100};
    RetryBudget hedge_budget{1.0, 100};
    HealthTable table;  ///< knows nothing, unless a test says so
    Rng rng{1};
    TimePoint now{seconds(1000)};
    bool repeated = false;  ///< by the client
    std::optional<AttemptPlanner> planner;
    Duration last_wait{0};
    std::optional<AttemptPlanner::Try> last_try;
    std::optional<RetryOutcome> retry;  ///< once it has given up

    explicit Plan(std::initializer_list<std::string_view> names) {
        for (const std::string_view name : names) {
            Deployment deployment;
            deployment.name = name;
            deployment.index = static_cast<std::uint32_t>(deployments.size());
            deployments.push_back(std::move(deployment));
        }
    }

    void start(Deadline deadline = {}) {
        std::vector<const Deployment*> candidates;
        for (const Deployment& deployment : deployments) candidates.push_back(&deployment);
        planner.emplace(
            candidates, policies, deadline,
            AttemptPlanner::Surroundings{
                .health = table, .retries = budget, .hedges = hedge_budget, .rng = rng, .repeated = repeated});
    }

    std::string step() {
        if (!planner) start();
        const AttemptPlanner::Step next = planner->next(now);
        if (const auto* attempt = std::get_if<AttemptPlanner::Try>(&next)) {
            last_try.emplace(*attempt);
            return "try " + attempt->deployment->name + " " + std::to_string(attempt->attempt);
        }
        if (const auto* wait = std::get_if<AttemptPlanner::Wait>(&next)) {
            last_wait = wait->delay;
            now += wait->delay;
            return "wait";
        }
        const auto& end = std::get<AttemptPlanner::GiveUp>(next);
        retry = end.retry;
        return "give up " + std::string(to_string(end.error.kind));
    }

    void fails(ErrorKind kind, std::optional<milliseconds> retry_after = {}) {
        Error error(kind, std::string(to_string(kind)));
        error.retry_after = retry_after;
        planner->on_failure(*last_try, std::move(error), now);
    }
};

TEST(AttemptPlanner, StartsWithTheFirstCandidate) {
    Plan plan({"a", "b"});
    EXPECT_EQ(plan.step(), "try a 1");
    EXPECT_EQ(plan.planner->attempts(), 1);
}

TEST(AttemptPlanner, TriesALikelyTransientFailureOnceMoreAtOnceThenGoesOn) {
    for (const ErrorKind kind :
         {ErrorKind::upstream_error, ErrorKind::upstream_connect, ErrorKind::upstream_truncated}) {
        Plan plan({"a", "b"});
        EXPECT_EQ(plan.step(), "try a 1");
        plan.fails(kind);
        EXPECT_EQ(plan.step(), "try a 2");
        plan.fails(kind);
        EXPECT_EQ(plan.step(), "try b 3");
    }
}

TEST(AttemptPlanner, AsksAgainAtOnceWithAnotherCredential) {
    for (const ErrorKind kind : {ErrorKind::rate_limited, ErrorKind::upstream_auth, ErrorKind::upstream_permission}) {
        Plan plan({"a", "b"});
        EXPECT_EQ(plan.step(), "try a 1");
        plan.planner->on_failure(*plan.last_try, Error(kind, "refused"), plan.now, OtherCredential::here);
        EXPECT_EQ(plan.step(), "try a 2");
        EXPECT_EQ(plan.last_try->reason, AttemptReason::other_credential);
        plan.fails(kind);
        EXPECT_EQ(plan.step(), "try b 3");
        EXPECT_EQ(plan.last_try->reason, AttemptReason::failover);
    }
}

TEST(AttemptPlanner, KeepsAnAttemptForAnotherDeploymentThanTheOneThatForbidsIt) {
    const auto forbidden = [](Plan& plan) {
        plan.planner->on_failure(*plan.last_try, Error(ErrorKind::upstream_permission, "no"), plan.now,
                                 OtherCredential::here);
    };
    Plan plan({"a", "b"});
    EXPECT_EQ(plan.step(), "try a 1");
    forbidden(plan);
    EXPECT_EQ(plan.step(), "try a 2");
    forbidden(plan);
    EXPECT_EQ(plan.step(), "try b 3") << "a has keys left";

    Plan alone({"a"});
    for (int i = 1; i <= 3; ++i) {
        EXPECT_EQ(alone.step(), "try a " + std::to_string(i));
        forbidden(alone);
    }
    EXPECT_EQ(alone.step(), "give up upstream_permission");

    Plan last({"a", "b"});
    EXPECT_EQ(last.step(), "try a 1");
    last.fails(ErrorKind::overloaded);
    EXPECT_EQ(last.step(), "try b 2");
    forbidden(last);
    EXPECT_EQ(last.step(), "try b 3") << "nobody else is left who was not tried";
}

TEST(AttemptPlanner, AnotherCredentialIsNoMoreThanAnotherAttempt) {
    Plan plan({"a"});
    plan.policies.retry.attempts = 2;
    EXPECT_EQ(plan.step(), "try a 1");
    Error limited(ErrorKind::rate_limited, "refused");
    limited.retry_after = seconds(3600);
    plan.planner->on_failure(*plan.last_try, limited, plan.now, OtherCredential::here);
    EXPECT_EQ(plan.step(), "try a 2");
    plan.planner->on_failure(*plan.last_try, limited, plan.now, OtherCredential::here);
    EXPECT_EQ(plan.step(), "give up rate_limited");
}

TEST(AttemptPlanner, LeavesADeploymentWhoseSecondFailureIsOfAnotherKind) {
    Plan plan({"a", "b"});
    EXPECT_EQ(plan.step(), "try a 1");
    plan.fails(ErrorKind::upstream_error);
    EXPECT_EQ(plan.step(), "try a 2");
    plan.fails(ErrorKind::overloaded);
    EXPECT_EQ(plan.step(), "try b 3");
}

TEST(AttemptPlanner, ObeysHowOftenTheSameIsTried) {
    Plan plan({"a", "b"});
    plan.policies.retry.same = 0;
    EXPECT_EQ(plan.step(), "try a 1");
    plan.fails(ErrorKind::upstream_error);
    EXPECT_EQ(plan.step(), "try b 2");
}

TEST(AttemptPlanner, TakesOtherRetryableFailuresElsewhere) {
    for (const ErrorKind kind :
         {ErrorKind::rate_limited, ErrorKind::quota_exhausted, ErrorKind::overloaded, ErrorKind::upstream_auth,
          ErrorKind::upstream_permission, ErrorKind::upstream_billing, ErrorKind::upstream_model_missing,
          ErrorKind::upstream_dns, ErrorKind::upstream_tls, ErrorKind::upstream_timeout, ErrorKind::upstream_stalled,
          ErrorKind::upstream_invalid, ErrorKind::unsupported_parameter}) {
        Plan plan({"a", "b"});
        EXPECT_EQ(plan.step(), "try a 1");
        plan.fails(kind);
        EXPECT_EQ(plan.step(), "try b 2") << to_string(kind);
    }
}

TEST(AttemptPlanner, EndsWithWhatNoDeploymentWouldDoBetter) {
    for (const ErrorKind kind : {ErrorKind::invalid_request, ErrorKind::content_policy, ErrorKind::cancelled,
                                 ErrorKind::internal, ErrorKind::shutting_down}) {
        Plan plan({"a", "b"});
        plan.step();
        plan.fails(kind);
        EXPECT_EQ(plan.step(), "give up " + std::string(to_string(kind)));
        EXPECT_EQ(plan.step(), "give up " + std::string(to_string(kind)));
    }
}

TEST(AttemptPlanner, EndsWhereARequestCannotBeSentAgain) {
    Plan plan({"a", "b"});
    plan.step();
    plan.fails(ErrorKind::upstream_connect);
    plan.planner->end();
    EXPECT_EQ(plan.step(), "give up upstream_connect");

    Plan broken({"a", "b"});
    broken.step();
    broken.fails(ErrorKind::upstream_connect);
    broken.step();
    broken.planner->on_broken_request(*broken.last_try, Error(ErrorKind::request_timeout, "late"), broken.now);
    EXPECT_EQ(broken.step(), "give up request_timeout");
}

TEST(AttemptPlanner, StopsAtTheLimitOfAttempts) {
    Plan plan({"a", "b", "c", "d"});
    for (const std::string_view expected : {"try a 1", "try b 2", "try c 3"}) {
        EXPECT_EQ(plan.step(), expected);
        plan.fails(ErrorKind::overloaded);
    }
    EXPECT_EQ(plan.step(), "give up overloaded");
}

TEST(AttemptPlanner, MakesTheFirstAttemptWhateverTheLimitSays) {
    Plan plan({"a"});
    plan.policies.retry.attempts = 0;
    EXPECT_EQ(plan.step(), "try a 1");
}

TEST(AttemptPlanner, BacksOffOnTheOnlyCandidateTwiceAsLongEachTime) {
    Plan plan({"a"});
    plan.policies.retry.attempts = 6;
    plan.policies.retry.backoff_max = milliseconds(350);
    const std::vector<milliseconds> longest{milliseconds(100), milliseconds(200), milliseconds(350), milliseconds(350)};
    EXPECT_EQ(plan.step(), "try a 1");
    for (const milliseconds limit : longest) {
        plan.fails(ErrorKind::overloaded);
        EXPECT_EQ(plan.step(), "wait");
        EXPECT_LE(plan.last_wait, limit);
        EXPECT_GE(plan.last_wait, limit * 3 / 4);
        EXPECT_TRUE(plan.step().starts_with("try a"));
    }
}

TEST(AttemptPlanner, JittersTheBackoff) {
    std::vector<Duration> waits;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Plan plan({"a"});
        plan.rng = Rng(seed);
        plan.step();
        plan.fails(ErrorKind::overloaded);
        plan.step();
        waits.push_back(plan.last_wait);
    }
    const auto [least, most] = std::ranges::minmax(waits);
    EXPECT_GE(least, milliseconds(75));
    EXPECT_LE(most, milliseconds(100));
    EXPECT_GT(most - least, milliseconds(15));
}

TEST(AttemptPlanner, RetriesATransientFailureOfTheOnlyCandidateAtOnceAndThenLater) {
    Plan plan({"a"});
    EXPECT_EQ(plan.step(), "try a 1");
    plan.fails(ErrorKind::upstream_error);
    EXPECT_EQ(plan.step(), "try a 2");
    plan.fails(ErrorKind::upstream_error);
    EXPECT_EQ(plan.step(), "wait");
    EXPECT_EQ(plan.step(), "try a 3");
}

TEST(AttemptPlanner, DoesNotAskTheOnlyCandidateAgainWhenItCannotDoBetter) {
    for (const ErrorKind kind : {ErrorKind::upstream_auth, ErrorKind::quota_exhausted,
                                 ErrorKind::upstream_model_missing, ErrorKind::unsupported_parameter}) {
        Plan plan({"a"});
        plan.step();
        plan.fails(kind);
        EXPECT_EQ(plan.step(), "give up " + std::string(to_string(kind)));
    }
}

TEST(AttemptPlanner, ObeysTheProvidersWordOnRetrying) {
    Plan plan({"a"});
    plan.step();
    Error error(ErrorKind::upstream_error, "x");
    error.should_retry = false;
    plan.planner->on_failure(*plan.last_try, error, plan.now);
    EXPECT_EQ(plan.step(), "give up upstream_error");
}

TEST(AttemptPlanner, HonoursRetryAfterOnlyWhenNobodyElseIsLeft) {
    Plan plan({"a", "b"});
    EXPECT_EQ(plan.step(), "try a 1");
    plan.fails(ErrorKind::rate_limited, seconds(5));
    EXPECT_EQ(plan.step(), "try b 2");
    plan.fails(ErrorKind::rate_limited, seconds(2));
    EXPECT_EQ(plan.step(), "wait");
    EXPECT_EQ(plan.last_wait, seconds(2));
    EXPECT_EQ(plan.step(), "try b 3");
}

TEST(AttemptPlanner, DoesNotRepeatAtOnceWhatNamesATime) {
    Plan plan({"a"});
    plan.step();
    plan.fails(ErrorKind::upstream_error, milliseconds(1500));
    EXPECT_EQ(plan.step(), "wait");
    EXPECT_EQ(plan.last_wait, milliseconds(1500));
}

TEST(AttemptPlanner, DoesNotWaitForALongRetryAfter) {
    Plan plan({"a"});
    plan.step();
    plan.fails(ErrorKind::rate_limited, seconds(61));
    EXPECT_EQ(plan.step(), "give up rate_limited");
    Plan other({"a"});
    other.step();
    other.fails(ErrorKind::rate_limited, seconds(60));
    EXPECT_EQ(other.step(), "wait");
}

TEST(AttemptPlanner, StartsNothingAfterTheDeadline) {
    Plan plan({"a", "b"});
    plan.start(Deadline::after(plan.now, seconds(1)));
    EXPECT_EQ(plan.step(), "try a 1");
    plan.now += seconds(1);
    plan.fails(ErrorKind::upstream_timeout);
    EXPECT_EQ(plan.step(), "give up upstream_timeout");

    Plan late({"a"});
    late.start(Deadline(late.now));
    EXPECT_EQ(late.step(), "give up upstream_timeout");
    EXPECT_EQ(late.planner->attempts(), 0);
}

TEST(AttemptPlanner, DoesNotWaitForWhatTheDeadlineForbids) {
    Plan plan({"a"});
    plan.start(Deadline::after(plan.now, seconds(2)));
    plan.step();
    plan.fails(ErrorKind::rate_limited, seconds(2));
    const TimePoint before = plan.now;
    EXPECT_EQ(plan.step(), "give up rate_limited");
    EXPECT_EQ(plan.now, before);
}

TEST(AttemptPlanner, PaysForEveryAttemptButTheFirst) {
    Plan plan({"a", "b", "c"});
    plan.budget = RetryBudget(1.0, 0);  // the first attempt earns the one token that the second takes
    EXPECT_EQ(plan.step(), "try a 1");
    plan.fails(ErrorKind::overloaded);
    EXPECT_EQ(plan.step(), "try b 2");
    plan.fails(ErrorKind::upstream_invalid);
    EXPECT_EQ(plan.step(), "give up overloaded");
}

TEST(AttemptPlanner, EarnsNothingByWhatItsClientRepeats) {
    Plan plan({"a", "b"});
    plan.repeated = true;
    plan.budget = RetryBudget(1.0, 0);
    plan.hedge_budget = RetryBudget(1.0, 0);
    EXPECT_EQ(plan.step(), "try a 1");
    plan.fails(ErrorKind::overloaded);
    EXPECT_EQ(plan.step(), "give up overloaded");
    EXPECT_LT(plan.hedge_budget.tokens(plan.now), 0.01);
}

TEST(AttemptPlanner, DoesNotWaitForARetryThatTheBudgetRefuses) {
    Plan plan({"a"});
    plan.budget = RetryBudget(0, 0);
    plan.step();
    plan.fails(ErrorKind::overloaded);
    EXPECT_EQ(plan.step(), "give up overloaded");
}

TEST(AttemptPlanner, SaysThatTheBudgetWithholdsAnAttempt) {
    for (const auto names : {std::initializer_list<std::string_view>{"a"}, {"a", "b"}}) {
        Plan plan(names);
        plan.budget = RetryBudget(0, 0);
        plan.step();
        plan.fails(ErrorKind::overloaded);
        EXPECT_EQ(plan.step(), "give up overloaded");
        EXPECT_EQ(plan.retry, RetryOutcome::no_budget);
    }
    Plan later({"a", "b", "c"});
    later.budget = RetryBudget(1.0, 0);
    later.step();
    later.fails(ErrorKind::overloaded);
    EXPECT_EQ(later.step(), "try b 2");
    later.fails(ErrorKind::overloaded);
    EXPECT_EQ(later.step(), "give up overloaded");
    EXPECT_EQ(later.retry, RetryOutcome::no_budget);
    EXPECT_EQ(to_string(RetryOutcome::no_budget), "no_budget");
}

// A larger budget would have changed nothing, so that nobody is sent to raise it.
TEST(AttemptPlanner, DoesNotBlameASpentBudgetForWhatEndsARequestAnyway) {
    const auto ends = [](Plan& plan, ErrorKind kind, std::optional<milliseconds> retry_after = {}) {
        plan.budget = RetryBudget(0, 0);
        EXPECT_EQ(plan.step(), "try a 1");
        plan.fails(kind, retry_after);
        EXPECT_EQ(plan.step(), "give up " + std::string(to_string(kind)));
        EXPECT_EQ(plan.retry, RetryOutcome::not_withheld);
    };
    Plan last_attempt({"a", "b"});
    last_attempt.policies.retry.attempts = 1;
    ends(last_attempt, ErrorKind::overloaded);

    Plan clients_fault({"a", "b"});
    ends(clients_fault, ErrorKind::invalid_request);

    Plan nobody_left({"a"});
    ends(nobody_left, ErrorKind::upstream_auth);

    Plan no_time({"a"});
    no_time.start(Deadline::after(no_time.now, seconds(2)));
    ends(no_time, ErrorKind::rate_limited, seconds(2));

    Plan long_pause({"a"});
    ends(long_pause, ErrorKind::rate_limited, seconds(61));
}

TEST(AttemptPlanner, PaysOnceForAWaitAndItsAttempt) {
    Plan plan({"a"});
    plan.budget = RetryBudget(1.0, 0);
    plan.step();
    plan.fails(ErrorKind::overloaded);
    EXPECT_EQ(plan.step(), "wait");
    EXPECT_EQ(plan.step(), "try a 2");
    EXPECT_LT(plan.budget.tokens(plan.now), 0.01);
}

TEST(AttemptPlanner, LooksForALargerContextOnly) {
    Plan plan({"small", "same", "unknown", "large"});
    plan.deployments[0].facts.context = 8'000;
    plan.deployments[1].facts.context = 8'000;
    plan.deployments[3].facts.context = 128'000;
    EXPECT_EQ(plan.step(), "try small 1");
    plan.fails(ErrorKind::context_length);
    EXPECT_EQ(plan.step(), "try large 2");
    plan.fails(ErrorKind::context_length);
    EXPECT_EQ(plan.step(), "give up context_length");
}

TEST(AttemptPlanner, ReportsTheFirstError) {
    Plan plan({"a", "b", "c"});
    plan.step();
    plan.fails(ErrorKind::upstream_timeout);
    plan.step();
    plan.fails(ErrorKind::upstream_auth);
    plan.step();
    plan.fails(ErrorKind::rate_limited);
    EXPECT_EQ(plan.step(), "give up upstream_timeout");
}

TEST(AttemptPlanner, ReportsALaterErrorThatIsTheClientsFault) {
    Plan plan({"a", "b"});
    plan.step();
    plan.fails(ErrorKind::upstream_timeout);
    plan.step();
    plan.fails(ErrorKind::invalid_request);
    EXPECT_EQ(plan.step(), "give up invalid_request");
}

TEST(AttemptPlanner, SaysThatARouteWithoutDeploymentsHasNone) {
    Plan plan({});
    EXPECT_EQ(plan.step(), "give up constraint_unmet");
}

TEST(AttemptPlanner, ComesBackToACooledCandidateWhenAllHaveFailed) {
    Plan plan({"a", "b"});
    plan.policies.retry.attempts = 4;
    EXPECT_EQ(plan.step(), "try a 1");
    plan.fails(ErrorKind::overloaded);
    EXPECT_EQ(plan.step(), "try b 2");
    plan.fails(ErrorKind::upstream_auth);
    EXPECT_EQ(plan.step(), "wait");
    EXPECT_EQ(plan.step(), "try a 3");
}

}  // namespace
}  // namespace breakwater
