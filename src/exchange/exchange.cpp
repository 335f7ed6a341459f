#include "breakwater/exchange/exchange.hpp"

#include "hedge_race.hpp"
#include "place_wait.hpp"

namespace breakwater {

std::string_view to_string(Termination termination) noexcept {
    switch (termination) {
        case Termination::complete:
            return "complete";
        case Termination::error:
            return "error";
        case Termination::error_in_stream:
            return "error_in_stream";
        case Termination::client_gone:
            return "client_gone";
    }
    return "error";
}

std::string_view to_string(HedgeOutcome outcome) noexcept {
    switch (outcome) {
        case HedgeOutcome::not_late:
            return "not_late";
        case HedgeOutcome::started:
            return "started";
        case HedgeOutcome::all_slow:
            return "all_slow";
        case HedgeOutcome::too_dear:
            return "too_dear";
        case HedgeOutcome::no_budget:
            return "no_budget";
        case HedgeOutcome::nobody:
            return "nobody";
    }
    return "not_late";
}

namespace {

/// What lives as long as the request: plans attempts, and knows how they went. Its functions are kept out of the
/// coroutine that calls them: inlined, the errors that they handle would get room in its frame.
class Exchange {
public:
    enum class Move : std::uint8_t { attempt, raced_attempt, busy, queue, wait, give_up };

    Exchange(const ExchangeRequest& exchange, ClientStream& client, const ExchangeContext& context,
             ExchangeReport& report)
        : exchange_(exchange),
          client_(client),
          context_(context),
          report_(report),
          planner_(exchange_.plan.candidates, *exchange_.plan.policies, start_deadline(exchange_),
                   surroundings(exchange_, context_)),
          answer_(client, exchange_, report_, context_.runtime, context_.runtime.now()),
          place_wait_(exchange_, context_, planner_, report_) {}

    /// Whether there is somebody to answer. A client whose request is cut by a shutdown is told so, once.
    [[nodiscard]] bool goes_on() noexcept {
        return !client_.gone().requested() || (client_.gone().shut_down() && !std::exchange(farewell_, true));
    }
    /// Sets what the move needs: an attempt to run, the time to wait until, the error to give up with.
    [[gnu::noinline]] Move plan() {
        if (farewell_) return say_farewell();
        if (recovery_ && !recovery_->has_policy()) return try_next_policy();
        AttemptPlanner::Step step = planner_.next(context_.runtime.now());
        if (auto* next = std::get_if<AttemptPlanner::Try>(&step)) {
            report_.attempts_started = next->attempt;
            if (next->candidate > 0 && next->reason == AttemptReason::first) note_passed_over(*next);
            if (recovery_) next->reason = recovery_->reason();
            return start(*next);
        }
        if (const auto* wait = std::get_if<AttemptPlanner::Wait>(&step)) {
            next_at_ = context_.runtime.now() + wait->delay;
            return place_wait_.begin(next_at_, true) ? Move::queue : Move::wait;
        }
        if (place_wait_.begin(TimePoint::max(), false)) return Move::queue;
        place_wait_.leave();
        report_.attempts_started = planner_.attempts();
        auto& given_up = std::get<AttemptPlanner::GiveUp>(step);
        // That nobody is left for the next policy does not hide that the budget kept the one before from trying.
        if (given_up.retry != RetryOutcome::not_withheld) report_.retry = given_up.retry;
        if (recovery_) return try_next_policy();
        report_.served = nullptr;
        error_ = std::move(given_up.error);
        return Move::give_up;
    }
    [[nodiscard]] PlaceWait& place_wait() noexcept { return place_wait_; }
    /// False when the queue has refused the request.
    [[gnu::noinline]] bool end_wait(QueueTurn::Wait how) { return place_wait_.end(how, error_); }
    [[nodiscard]] Lane& lane() noexcept { return *lane_; }
    /// When the attempt that `plan` started is late.
    [[nodiscard]] TimePoint late_at() const noexcept { return next_at_; }

    /// The attempt is late: another one beside it, or null.
    [[gnu::noinline]] Lane* hedge() {
        DeploymentHealth* const health = context_.health.of(*lane_->attempt.tried().deployment);
        if (health != nullptr) health->on_hedge_time(true);
        late_ = true;
        const HedgeOutcome outcome =
            health != nullptr && health->is_generally_slow() ? HedgeOutcome::all_slow : begin_hedge();
        lane_->attempt.note_hedge(outcome);
        return hedge_.get();
    }
    /// The race is over: tells the planner of those that failed. True when one has content.
    [[gnu::noinline]] bool end_race(Lane* winner) {
        DeploymentHealth* const health = context_.health.of(*lane_->attempt.tried().deployment);
        if (health != nullptr && !late_ && winner != nullptr) health->on_hedge_time(false);
        if (winner != lane_.get()) note_start(*lane_);
        if (hedge_ && winner != hedge_.get()) note_start(*hedge_);
        if (winner == nullptr) {
            end();
            return false;
        }
        if (winner == hedge_.get()) lane_ = std::move(hedge_);
        hedge_.reset();
        return true;
    }
    /// True when the attempt has content.
    [[gnu::noinline]] bool end_start(Attempt::Start start) {
        lane_->start = start;
        if (start == Attempt::Start::content) return true;
        note_start(*lane_);
        end();
        return false;
    }
    /// The attempt has relayed its answer as far as it goes. True when that broke off: `plan` then says how it is
    /// completed, or that it ends with an error.
    [[gnu::noinline]] bool end_relay(Attempt::End end) {
        const bool broken = end == Attempt::End::broken;
        if (broken) note_break();
        this->end();
        return broken;
    }
    void end() noexcept {
        lane_.reset();
        hedge_.reset();
        late_ = false;
    }
    void note_client_gone() {
        place_wait_.leave();
        report_.termination = Termination::client_gone;
        if (!answer_.head_sent()) report_.status = 499;
    }
    [[nodiscard]] TimePoint wake_at() const noexcept { return next_at_; }
    [[nodiscard]] Task<bool> answer_error() {
        if (recovery_) return answer_.break_off(recovery_->encoder(), std::move(*error_));
        return answer_.error(std::move(*error_));
    }

private:
    Move say_farewell() {
        place_wait_.leave();
        error_ = shutting_down();
        return Move::give_up;
    }

    Move start(const AttemptPlanner::Try& tried) {
        const bool called = place_wait_.called_for(tried);
        lane_ = std::make_unique<Lane>(exchange_, tried, called, context_, client_, answer_, report_, recovery_.get());
        if (!lane_->place.entered()) {
            place_wait_.note_busy(tried, context_.runtime.now() - answer_.started());
            if (recovery_) recovery_->take_back(lane_->attempt.take_unfinished(), nullptr);
            lane_.reset();
            return Move::busy;
        }
        place_wait_.note_place();
        report_.retry = RetryOutcome::not_withheld;
        const std::optional<Duration> patience = hedge_after(*tried.deployment);
        if (!patience) return Move::attempt;
        lane_->attempt.expect_within(*patience);
        next_at_ = context_.runtime.now() + *patience;
        return Move::raced_attempt;
    }

    void note_passed_over(const AttemptPlanner::Try& tried) {
        auto passed = planner_.passed_over(tried, context_.runtime.now());
        if (passed.empty()) return;
        if (!report_.detours) report_.detours.emplace();
        report_.detours->passed_over = std::move(passed);
    }

    HedgeOutcome begin_hedge() {
        if (is_too_dear()) return HedgeOutcome::too_dear;
        const TimePoint now = context_.runtime.now();
        const std::optional<AttemptPlanner::Try> tried = planner_.hedge(now);
        if (!tried) return context_.route.hedges.tokens(now) < 1 ? HedgeOutcome::no_budget : HedgeOutcome::nobody;
        hedge_ = std::make_unique<Lane>(exchange_, *tried, false, context_, client_, answer_, report_);
        if (hedge_->place.entered()) {
            report_.attempts_started = tried->attempt;
            return HedgeOutcome::started;
        }
        place_wait_.note_busy(*tried, now - answer_.started());
        hedge_.reset();
        return HedgeOutcome::nobody;
    }

    [[nodiscard]] std::optional<Duration> hedge_after(const Deployment& deployment) const {
        const config::Policies& policies = *exchange_.plan.policies;
        const config::Hedge& policy = policies.hedge;
        // An answer that is held back has its first content for the client at its end, which is late for no reason.
        const bool held = exchange_.stream && policies.after_commit.front() == config::AfterCommit::hold;
        // An upload can go to one provider only.
        if (!policy.enabled || held || recovery_ || exchange_.upload != nullptr) return std::nullopt;
        if (policy.after) return *policy.after;
        const DeploymentHealth* const health = context_.health.of(deployment);
        if (health == nullptr) return std::nullopt;
        return health->hedge_after(exchange_.stream, size_class(exchange_.plan.prompt_tokens), context_.runtime.now());
    }

    [[nodiscard]] bool is_too_dear() const noexcept {
        const auto& max = exchange_.plan.policies->hedge.max_cost_usd;
        const auto& price = lane_->attempt.tried().deployment->facts.price.input;
        return max && price && *price * static_cast<double>(exchange_.plan.prompt_tokens) / 1e6 > *max;
    }

    void note_start(Lane& ended) {
        const TimePoint now = context_.runtime.now();
        if (recovery_ && !take_back(ended.attempt)) return;
        if (ended.start == Attempt::Start::content) ended.attempt.drop();
        if (ended.start == Attempt::Start::failed) {
            note_failure(ended.attempt, now);
        } else if (ended.start == Attempt::Start::refused) {
            planner_.on_refusal(ended.attempt.tried(), ended.attempt.take_error(), now);
        }
    }

    void note_failure(Attempt& failed, TimePoint now) {
        Error error = failed.take_error();
        const AttemptPlanner::Try& tried = failed.tried();
        if (failed.is_client_at_fault()) return planner_.on_broken_request(tried, std::move(error), now);
        if (exchange_.upload != nullptr && !exchange_.upload->repeatable()) return end_upload(tried, error, now);
        if (!recovery_) return planner_.on_failure(tried, std::move(error), now, failed.other_credential());
        if (recovery_->is_refusal(error)) {
            DeploymentHealth* const health = context_.health.of(*tried.deployment);
            if (health != nullptr) health->on_continuing_refused(now);
            return planner_.pass_over(tried, now);
        }
        recovery_->heed(error);
        planner_.on_failure(tried, std::move(error), now, failed.other_credential());
        // Attempts are few: who fails at going on must not use up those of the next policy.
        if (recovery_->reason() == AttemptReason::resume) planner_.leave_out(tried);
    }
    /// What has been passed on cannot be sent once more, so that no other attempt follows.
    void end_upload(const AttemptPlanner::Try& tried, Error& error, TimePoint now) {
        if (error_traits(error.kind).failover != Failover::never)
            error.message += " Nobody else could be asked: too much of the upload had been passed on. Send it again.";
        planner_.on_failure(tried, std::move(error), now);
        planner_.end();
    }
    /// The answer broke off behind the commit point.
    void note_break() {
        Attempt& broken = lane_->attempt;
        if (!recovery_) recovery_ = std::make_unique<Recovery>(exchange_, context_.health);
        if (!take_back(broken)) return;
        Error error = broken.take_error();
        planner_.on_late_failure(broken.tried(), error, context_.runtime.now());
        recovery_->on_break(std::move(error));
    }
    /// What an attempt leaves to the next. False when it was to complete the answer and says something else than the
    /// client has: then the next policy is tried.
    bool take_back(Attempt& ended) {
        const std::optional<Usage> spent = ended.spent();
        if (spent) report_.attempts.back().usage = *spent;
        const bool diverged = ended.diverged();
        recovery_->take_back(ended.take_unfinished(), spent ? &*spent : nullptr);
        if (const Usage* all = recovery_->spent()) report_.usage = *all;
        if (!diverged) return true;
        planner_.pass_over(ended.tried(), context_.runtime.now());
        recovery_->end_policy();
        return false;
    }
    Move try_next_policy() {
        if (recovery_->next_policy(context_.runtime.now())) {
            planner_.begin_recovery(exchange_.deadline, recovery_->able());
            return Move::busy;
        }
        error_ = recovery_->take_error();
        return Move::give_up;
    }

    const ExchangeRequest& exchange_;
    ClientStream& client_;
    const ExchangeContext& context_;
    ExchangeReport& report_;
    AttemptPlanner planner_;
    ClientAnswer answer_;
    std::unique_ptr<Lane> lane_;   ///< the attempt that is running, or has content
    std::unique_ptr<Lane> hedge_;  ///< the one beside it
    PlaceWait place_wait_;
    bool late_ = false;
    bool farewell_ = false;  ///< the client is told that the process is being stopped
    TimePoint next_at_{};    ///< when the running attempt is late, or the next one is due
    Boxed<Error> error_;
    std::unique_ptr<Recovery> recovery_;  ///< once the answer broke off
};

/// A coroutine of its own, so that what a race needs is in no other frame.
Task<bool> reach_content_raced(Exchange& state, Runtime& runtime, CancelSource& client_gone) {
    HedgeRace race(state.lane(), runtime, client_gone);
    Lane* const winner = co_await race.run(state.late_at(), [&state] { return state.hedge(); });
    co_return state.end_race(winner);
}

}  // namespace

Task<void> run_exchange(const ExchangeRequest& exchange, ClientStream& client, const ExchangeContext& context,
                        ExchangeReport& report) {
    Exchange state(exchange, client, context, report);
    while (state.goes_on()) {
        bool content = false;
        switch (state.plan()) {
            case Exchange::Move::attempt:
                content = state.end_start(co_await state.lane().attempt.reach_content(client.gone()));
                break;
            case Exchange::Move::raced_attempt:
                content = co_await reach_content_raced(state, context.runtime, client.gone());
                break;
            case Exchange::Move::busy:
                break;
            case Exchange::Move::queue:
                if (state.end_wait(co_await state.place_wait().wait(client.gone()))) break;
                if (co_await state.answer_error()) co_return;
                client.gone().request();
                break;
            case Exchange::Move::wait:
                // Nothing else to do; the loop's condition sees a client that left meanwhile.
                co_await context.runtime.sleep_until(state.wake_at(), client.gone());
                break;
            case Exchange::Move::give_up:
                if (co_await state.answer_error()) co_return;
                client.gone().request();
                break;
        }
        if (!content) continue;
        const Attempt::End end = co_await state.lane().attempt.relay();
        if (state.end_relay(end)) continue;
        if (end == Attempt::End::answered) co_return;
        client.gone().request();
    }
    state.note_client_gone();
}

}  // namespace breakwater
