#include <gtest/gtest.h>

#include <deque>

#include "breakwater/routing/attempt_planner.hpp"

namespace breakwater {
namespace {

using std::chrono::seconds;

/// A request whose first attempt, on `a`, had content before it failed.
struct BrokenAnswer {
    std::deque<Deployment> deployments;
    std::vector<const Deployment*> candidates;
    config::Policies policies;
    RetryBudget budget{1.0, 100};
    RetryBudget hedge_budget{1.0, 100};
    HealthTable table;
    Rng rng{1};
    TimePoint now{seconds(1000)};
    std::optional<AttemptPlanner> planner;
    std::optional<AttemptPlanner::Try> last;

    explicit BrokenAnswer(int same = 0) {
        for (const char* name : {"a", "b", "c"}) {
            deployments.push_back({.name = name});
            candidates.push_back(&deployments.back());
        }
        policies.retry.attempts = 6;
        policies.retry.same = same;
        planner.emplace(candidates, policies, Deadline::after(now, seconds(10)),
                        AttemptPlanner::Surroundings{table, budget, hedge_budget, rng});
        EXPECT_EQ(next(), "a");
        planner->on_late_failure(*last, Error(ErrorKind::upstream_truncated, "cut"), now);
    }
    void recover(std::vector<const Deployment*> able) {
        planner->begin_recovery(Deadline::after(now, seconds(60)), able);
    }
    std::string next() {
        const AttemptPlanner::Step step = planner->next(now);
        if (const auto* attempt = std::get_if<AttemptPlanner::Try>(&step)) {
            last.emplace(*attempt);
            return attempt->deployment->name;
        }
        return std::holds_alternative<AttemptPlanner::Wait>(step) ? "wait" : "give up";
    }
};

TEST(AttemptRecovery, AsksThoseThatWereNotTriedYet) {
    BrokenAnswer broken;
    broken.recover(broken.candidates);
    EXPECT_EQ(broken.next(), "b");
}

TEST(AttemptRecovery, RepeatsOnTheSameDeploymentWhatIsLikelyToPass) {
    BrokenAnswer broken(1);
    broken.recover(broken.candidates);
    EXPECT_EQ(broken.next(), "a");
}

TEST(AttemptRecovery, AsksOnlyThoseThatCan) {
    BrokenAnswer broken(1);
    broken.recover({broken.candidates[2]});
    EXPECT_EQ(broken.next(), "c");
    broken.planner->pass_over(*broken.last, broken.now);
    EXPECT_EQ(broken.next(), "give up");
}

TEST(AttemptRecovery, ThoseLeftOutAreThereForTheNextPolicy) {
    BrokenAnswer broken;
    broken.recover({broken.candidates[1]});
    EXPECT_EQ(broken.next(), "b");
    broken.planner->pass_over(*broken.last, broken.now);
    EXPECT_EQ(broken.next(), "give up");
    broken.recover(broken.candidates);
    EXPECT_EQ(broken.next(), "c") << "`b` was tried already";
}

TEST(AttemptRecovery, WhoNeedsAnOperatorStaysExcluded) {
    BrokenAnswer broken;
    broken.recover({broken.candidates[1]});
    EXPECT_EQ(broken.next(), "b");
    broken.planner->on_failure(*broken.last, Error(ErrorKind::upstream_auth, "refused"), broken.now);
    broken.planner->leave_out(*broken.last);
    broken.recover({broken.candidates[1]});
    EXPECT_EQ(broken.next(), "give up");
}

TEST(AttemptRecovery, GoesOnCountingAttempts) {
    BrokenAnswer broken;
    broken.policies.retry.attempts = 2;
    broken.recover(broken.candidates);
    EXPECT_EQ(broken.next(), "b");
    EXPECT_EQ(broken.planner->attempts(), 2);
    broken.planner->on_late_failure(*broken.last, Error(ErrorKind::upstream_truncated, "cut"), broken.now);
    broken.recover(broken.candidates);
    EXPECT_EQ(broken.next(), "give up");
}

TEST(AttemptRecovery, TakesItsTokensFromTheRetryBudget) {
    BrokenAnswer broken;
    while (broken.budget.try_take(broken.now)) {
    }
    broken.recover(broken.candidates);
    EXPECT_EQ(broken.next(), "give up");
}

TEST(AttemptRecovery, HasADeadlineOfItsOwn) {
    BrokenAnswer broken;
    broken.now += seconds(20);
    broken.recover(broken.candidates);
    EXPECT_EQ(broken.next(), "b");
    broken.now += seconds(61);
    EXPECT_EQ(broken.next(), "give up");
}

}  // namespace
}  // namespace breakwater
