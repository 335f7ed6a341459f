#include <algorithm>
#include <utility>

#include "breakwater/routing/attempt_planner.hpp"

namespace breakwater {

void AttemptPlanner::on_late_failure(const Try& failed, const Error& error, TimePoint now) {
    last_failed_ = static_cast<std::uint32_t>(failed.candidate);
    judge(candidates_[failed.candidate], error, now);
}

void AttemptPlanner::begin_recovery(Deadline deadline, std::span<const Deployment* const> able) noexcept {
    deadline_ = deadline;
    ended_ = false;
    for (Candidate& candidate : candidates_) {
        if (std::exchange(candidate.left_out, false)) candidate.excluded = false;
        if (candidate.excluded || std::ranges::find(able, candidate.deployment) != able.end()) continue;
        candidate.left_out = candidate.excluded = true;
    }
}

void AttemptPlanner::pass_over(const Try& tried, TimePoint now) {
    Candidate& candidate = candidates_[tried.candidate];
    if (candidate.health != nullptr) candidate.health->on_abandoned(tried.ticket, now);
    leave_out(tried);
}

void AttemptPlanner::leave_out(const Try& tried) noexcept {
    Candidate& candidate = candidates_[tried.candidate];
    if (!candidate.excluded) candidate.left_out = candidate.excluded = true;
}

}  // namespace breakwater
