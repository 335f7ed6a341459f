#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/base/random.hpp"
#include "breakwater/config/config.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/routing/retry_budget.hpp"

namespace breakwater {

/// The retry and failover decisions of one request, as a pure state machine: no I/O, no clock. The exchange asks
/// `next()`, does what it says, and reports with `on_failure()`; a success needs no report. Single-threaded; borrows
/// candidates, policies and budget.
///
/// Rules (contract C4, C5): candidates in order; a likely transient failure is tried once more on the same deployment
/// (`retry.same`), at once, any other on the next candidate that was not tried yet; when none is left, on the one that
/// may be asked soonest of those whose failure another moment may cure, after a backoff min(backoff_min * 2^n,
/// backoff_max) with up to 25% jitter downwards; Retry-After replaces the backoff up to `retry_after_max`, beyond that
/// the deployment is not asked again; nothing is started that cannot fit the deadline; the first attempt earns its
/// share of the budget, every later one takes a token; a deployment that has another credential than the one that was
/// refused is asked again at once; errors whose failover is `never` end the request;
/// `larger_context` leaves only candidates whose context is known to be larger. The first error is the one that is
/// reported, unless only a later one is the client's fault; a refusal only when no deployment was asked at all.
class AttemptPlanner {
public:
    struct Try {
        const Deployment* deployment;
        int attempt;  ///< 1, 2, 3 ...
    };
    struct Wait {
        Duration delay;  ///< then call next() again
    };
    struct GiveUp {
        Error error;
    };
    using Step = std::variant<Try, Wait, GiveUp>;

    AttemptPlanner(std::span<const Deployment* const> candidates, const config::Policies& policies, Deadline deadline,
                   RetryBudget& budget, Rng& rng);

    Step next(TimePoint now);
    /// The attempt that `next()` last started failed before the commit point. `other_credential`: the provider refused
    /// the credential, and the deployment can be asked with another.
    void on_failure(Error error, TimePoint now, bool other_credential = false);
    /// The deployment that `next()` last named could not be asked at all: it cannot do what the request needs, or is
    /// busy. No attempt was made, so none is counted or paid for, and the deployment is left out from now on.
    void on_refusal(Error error);
    [[nodiscard]] int attempts() const noexcept { return attempts_; }

private:
    struct Candidate {
        const Deployment* deployment = nullptr;
        int tries = 0;
        bool excluded = false;
        bool repeat = false;  ///< failed in a likely transient way: the next try is on this one
        TimePoint not_before{};
    };
    [[nodiscard]] std::optional<std::size_t> choose() const noexcept;
    void cool_down(Candidate& failed, const Error& error, bool transient, TimePoint now);
    void keep_larger_than(const Deployment& failed) noexcept;
    GiveUp give_up();

    std::vector<Candidate> candidates_;
    const config::Policies& policies_;
    Deadline deadline_;
    RetryBudget& budget_;
    Rng& rng_;
    Boxed<Error> first_error_;
    Boxed<Error> client_error_;
    Boxed<Error> refusal_;
    std::size_t current_ = 0;
    int attempts_ = 0;
    bool ended_ = false;
    bool paid_ = false;
    bool token_spent_ = false;  ///< the running attempt took a token
    bool earned_ = false;       ///< the request has brought the budget its share
};

}  // namespace breakwater
