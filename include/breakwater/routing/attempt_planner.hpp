#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/base/random.hpp"
#include "breakwater/config/config.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/routing/health_table.hpp"
#include "breakwater/routing/other_credential.hpp"
#include "breakwater/routing/outlier_watch.hpp"
#include "breakwater/routing/retry_budget.hpp"

namespace breakwater {

/// Why an attempt was made, for log and decision trace.
enum class AttemptReason : std::uint8_t {
    first,
    same,              ///< the same deployment at once, after a failure that is likely to pass
    other_credential,  ///< the same deployment at once, after it refused the credential that it was asked with
    failover,          ///< another deployment, after a failure
    again,             ///< a deployment that had failed before, after a pause
    hedge,             ///< beside a running attempt that is late
    resume,            ///< goes on with an answer that broke off after its first content; `continue` in words
    restart,           ///< gives an answer that broke off once more, from its beginning
};
std::string_view to_string(AttemptReason reason) noexcept;

/// What became of the wish for another attempt after a failure.
enum class RetryOutcome : std::uint8_t {
    not_withheld,  ///< there was one, or something else than the budget forbade it
    no_budget,     ///< the route's budget is spent, and nothing else forbade it
};
std::string_view to_string(RetryOutcome outcome) noexcept;

/// The retry, failover and hedging decisions of one request, as a pure state machine: no I/O, no clock. The exchange
/// asks `next()`, does what it says, and reports failures with `on_failure()`; success is reported to the deployment's
/// health alone. Single-threaded; borrows candidates, policies, health and budgets.
///
/// Rules (contract C4, C5): candidates in order, those that can be asked now before the others: one whose circuit is
/// open is left out but for probes, one that a provider wants left alone is not asked before its time, one whose limits
/// have no room (so its answers' headers) is passed over and, where nobody else can be asked, waited for if that fits,
/// else asked anyway; one that needs an operator only when nothing else is left, one that has just come back gets its
/// share step by step, one whose latency is far less steady than its peers' is asked after them. A likely
/// transient failure is tried once more on the same deployment (`retry.same`), at once, any other on the next candidate
/// that was not tried yet; when none is left, on the one that may be asked soonest of those whose failure another
/// moment may cure, after a backoff min(backoff_min * 2^n, backoff_max) with up to 25% jitter downwards; Retry-After
/// replaces the backoff up to `retry_after_max`, beyond that the deployment is not asked again; nothing is started that
/// cannot fit the deadline; the first attempt earns its share of the budgets, every later one takes a token; a
/// deployment that has another credential than the one that was refused is asked again at once, for want of a
/// permission (403) only while an attempt is left for another deployment as well; errors whose failover
/// is `never` end the request; `larger_context` leaves only candidates whose context is known to be larger. When every
/// circuit is open, the deployment that fails least is asked by as many requests as it is likely to serve, the others
/// end at once. The first error is the one that is reported, unless only a later one is the client's fault; a refusal
/// only when no deployment was asked at all.
class AttemptPlanner {
public:
    struct Try {
        const Deployment* deployment;
        std::size_t candidate;  ///< for the reports about it
        int attempt;            ///< 1, 2, 3 ...
        AttemptReason reason;
        DeploymentHealth::Ticket ticket;
    };
    struct Wait {
        Duration delay;  ///< then call next() again
    };
    struct GiveUp {
        Error error;
        RetryOutcome retry = RetryOutcome::not_withheld;
    };
    using Step = std::variant<Try, Wait, GiveUp>;

    /// What it borrows from the worker.
    struct Surroundings {
        const HealthTable& health;
        RetryBudget& retries;
        RetryBudget& hedges;
        Rng& rng;
        std::int64_t prompt_tokens = 0;  ///< of the request, estimated
        bool stream = false;
        bool repeated = false;             ///< by its client: then it earns the budgets nothing, for it is a retry too
        OutlierWatch* outliers = nullptr;  ///< of the route; null where the unsteady are not put aside
    };
    /// A candidate that was not asked although it comes before the one that was, and why, in a word for the log.
    struct PassedOver {
        const Deployment* deployment;
        std::string_view reason;
    };

    AttemptPlanner(std::span<const Deployment* const> candidates, const config::Policies& policies, Deadline deadline,
                   const Surroundings& around);

    /// Not while an attempt is running.
    Step next(TimePoint now);
    /// An attempt beside the one that is running, on a candidate that was not tried yet or, without one, on the same.
    /// Nothing when the hedge budget is spent or nobody can be asked.
    std::optional<Try> hedge(TimePoint now);
    /// An attempt failed before the commit point. `other`: the provider refused the credential that it was made with.
    void on_failure(const Try& failed, Error error, TimePoint now, OtherCredential other = OtherCredential::none);
    /// The deployment could not be asked at all: it cannot do what the request needs, or is busy. No attempt was made,
    /// so none is counted or paid for, and the deployment is left out from now on.
    void on_refusal(const Try& refused, Error error, TimePoint now);
    /// The deployment is at its concurrency limit: a refusal that a later moment may cure.
    void on_busy(const Try& refused, Error error, TimePoint now);
    /// The attempt ended because the client's request did not arrive whole: nobody is to blame but the client, and no
    /// other attempt can follow.
    void on_broken_request(const Try& tried, Error error, TimePoint now);
    /// No other attempt can follow those that were reported.
    void end() noexcept { ended_ = true; }
    /// Nobody was asked, and one who could have been was busy.
    [[nodiscard]] bool is_crowded_out() const noexcept;
    /// Those that were busy can be tried again. Returns them.
    std::vector<const Deployment*> readmit();
    [[nodiscard]] int attempts() const noexcept { return attempts_; }
    /// Those before `tried` that no attempt was made on.
    [[nodiscard]] std::vector<PassedOver> passed_over(const Try& tried, TimePoint now) const;

    // Behind the commit point, where an answer that broke off may be completed (`after_commit`).

    /// An attempt failed after its content had gone to the client. Its deployment's health knows of it already.
    void on_late_failure(const Try& failed, const Error& error, TimePoint now);
    /// From here on `next` is about attempts that complete the answer until `deadline`, on those candidates that are
    /// among `able`. Number of attempts and budget go on from where they are.
    void begin_recovery(Deadline deadline, std::span<const Deployment* const> able) noexcept;
    /// The attempt did what it was asked to, but its answer does not complete the client's, or the deployment does not
    /// take such a request: it is to blame for nothing, and is not asked again before the next `begin_recovery`.
    void pass_over(const Try& tried, TimePoint now);
    /// Another failure was reported of it; it is not asked again before the next `begin_recovery` either.
    void leave_out(const Try& tried) noexcept;

private:
    struct Candidate {
        const Deployment* deployment = nullptr;
        DeploymentHealth* health = nullptr;
        int tries = 0;
        bool excluded = false;
        bool left_out = false;            ///< excluded, but only from the running recovery
        bool busy = false;                ///< excluded for that alone
        bool repeat = false;              ///< failed in a likely transient way: the next try is on this one
        bool other_credential = false;    ///< or that try is for it has another credential
        std::optional<bool> held_back{};  ///< starting slowly, and this request is not of its share
        TimePoint not_before{};
    };
    using Standing = DeploymentHealth::Standing;
    [[nodiscard]] Standing standing(const Candidate& candidate, TimePoint now) const noexcept;
    [[nodiscard]] TimePoint asked_until(const Candidate& candidate) const noexcept;
    [[nodiscard]] TimePoint soonest_try(const Candidate& candidate, TimePoint now) const noexcept;
    [[nodiscard]] Duration delay_before(Candidate& candidate, TimePoint now) noexcept;
    [[nodiscard]] bool fits(Duration delay, TimePoint now) const noexcept;
    void judge_outliers(TimePoint now);
    bool is_held_back(Candidate& candidate, TimePoint now) noexcept;
    void spread_wakening(Candidate& candidate, TimePoint now) noexcept;
    [[nodiscard]] bool may_hedge_on(const Candidate& candidate, TimePoint now) const noexcept;
    std::optional<std::size_t> choose(TimePoint now);
    std::optional<std::size_t> choose_in_panic(TimePoint now);
    Try start(std::size_t chosen, AttemptReason reason, TimePoint now);
    [[nodiscard]] bool may_take_other_credential(const Error& error, TimePoint now) const noexcept;
    void judge(Candidate& failed, const Error& error, TimePoint now);
    void cool_down(Candidate& failed, const Error& error, bool transient, TimePoint now);
    void keep_larger_than(const Deployment& failed) noexcept;
    GiveUp give_up(TimePoint now);
    GiveUp withhold(TimePoint now);
    [[nodiscard]] Error nobody_to_ask(TimePoint now) const;
    [[nodiscard]] std::optional<Duration> shortest_cooling(TimePoint now) const noexcept;

    std::vector<Candidate> candidates_;
    const config::Policies& policies_;
    Deadline deadline_;
    std::int64_t prompt_tokens_;
    OutlierWatch* outliers_;
    RetryBudget& budget_;
    RetryBudget& hedge_budget_;
    Rng& rng_;
    Boxed<Error> first_error_;
    Boxed<Error> client_error_;
    Boxed<Error> refusal_;
    std::uint32_t running_ = 0;  ///< the candidate of the last attempt that was no hedge
    std::uint32_t last_failed_ = 0;
    int attempts_ = 0;
    int hedges_ = 0;
    bool stream_;
    bool ended_ = false;
    bool paid_ = false;
    bool token_spent_ = false;  ///< the running attempt took a token
    bool earned_;               ///< the request has brought the budgets its share, or brings none
};

}  // namespace breakwater
