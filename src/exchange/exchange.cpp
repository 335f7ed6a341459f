#include "breakwater/exchange/exchange.hpp"

#include "hedge_race.hpp"

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
          // Once the client has stopped waiting for the first byte, another attempt helps nobody.
          planner_(exchange_.plan.candidates, *exchange_.plan.policies,
                   earliest(exchange_.deadline, exchange_.first_content_deadline),
                   {context_.health, context_.retries, context_.hedges, context_.rng, exchange_.plan.prompt_tokens,
                    exchange_.request->stream, context_.outliers}),
          answer_(client, exchange_, report_, context_.runtime, context_.runtime.now()) {}

    /// Sets what the move needs: an attempt to run, the time to wait until, the error to give up with.
    [[gnu::noinline]] Move plan() {
        if (context_.queue != nullptr && !turn_ && report_.attempts_started == 0 && context_.queue->crowded())
            return join_queue();
        AttemptPlanner::Step step = planner_.next(context_.runtime.now());
        if (const auto* next = std::get_if<AttemptPlanner::Try>(&step)) {
            report_.attempts_started = next->attempt;
            if (next->candidate > 0 && next->reason == AttemptReason::first) note_passed_over(*next);
            return start(*next);
        }
        if (const auto* wait = std::get_if<AttemptPlanner::Wait>(&step)) {
            wake_at_ = context_.runtime.now() + wait->delay;
            return Move::wait;
        }
        if (context_.queue != nullptr && planner_.is_crowded_out()) return join_queue();
        report_.served = nullptr;
        report_.attempts_started = planner_.attempts();
        error_ = std::move(std::get<AttemptPlanner::GiveUp>(step).error);
        return Move::give_up;
    }
    [[nodiscard]] QueueTurn& turn() noexcept { return *turn_; }
    /// False when the queue has refused the request.
    [[gnu::noinline]] bool end_wait(bool called) {
        if (called || !turn_->refused()) return true;
        note_queued();
        error_ = turn_->take_error();
        report_.attempts_started = 0;
        turn_.reset();
        return false;
    }
    [[nodiscard]] Lane& lane() noexcept { return *lane_; }
    /// When the attempt that `plan` started is late.
    [[nodiscard]] TimePoint late_at() const noexcept { return late_at_; }

    /// The attempt is late: another one beside it, or null.
    [[gnu::noinline]] Lane* hedge() {
        DeploymentHealth* const health = context_.health.of(*lane_->attempt.tried().deployment);
        if (health != nullptr) health->on_hedge_time(true);
        late_ = true;
        if ((health != nullptr && health->is_generally_slow()) || is_too_dear()) return nullptr;
        const std::optional<AttemptPlanner::Try> tried = planner_.hedge(context_.runtime.now());
        if (!tried) return nullptr;
        hedge_ = std::make_unique<Lane>(exchange_, *tried, context_, client_, answer_, report_);
        if (hedge_->place.entered()) {
            report_.attempts_started = tried->attempt;
            return hedge_.get();
        }
        refuse(*tried);
        hedge_.reset();
        return nullptr;
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
    void end() noexcept {
        lane_.reset();
        hedge_.reset();
        late_ = false;
    }
    void note_client_gone() noexcept {
        report_.termination = Termination::client_gone;
        if (!answer_.head_sent()) report_.status = 499;
    }
    [[nodiscard]] TimePoint wake_at() const noexcept { return wake_at_; }
    [[nodiscard]] Task<bool> answer_error() { return answer_.error(std::move(*error_)); }

private:
    Move join_queue() {
        planner_.readmit();
        if (!turn_) {
            const Deadline deadline = earliest(exchange_.deadline, exchange_.first_content_deadline);
            turn_ = context_.queue->join(exchange_.plan.client_key, exchange_.plan.candidates, deadline);
        }
        return Move::queue;
    }

    void note_queued() {
        if (!report_.detours) report_.detours.emplace();
        report_.detours->queued = turn_->waited();
    }

    Move start(const AttemptPlanner::Try& tried) {
        lane_ = std::make_unique<Lane>(exchange_, tried, context_, client_, answer_, report_);
        if (!lane_->place.entered()) {
            refuse(tried);
            lane_.reset();
            return Move::busy;
        }
        if (turn_) {
            note_queued();
            turn_->note_place();
            turn_.reset();
        }
        const std::optional<Duration> patience = hedge_after(*tried.deployment);
        if (!patience) return Move::attempt;
        late_at_ = context_.runtime.now() + *patience;
        return Move::raced_attempt;
    }

    void note_passed_over(const AttemptPlanner::Try& tried) {
        auto passed = planner_.passed_over(tried, context_.runtime.now());
        if (passed.empty()) return;
        if (!report_.detours) report_.detours.emplace();
        report_.detours->passed_over = std::move(passed);
    }

    [[nodiscard]] std::optional<Duration> hedge_after(const Deployment& deployment) const {
        const config::Policies& policies = *exchange_.plan.policies;
        const config::Hedge& policy = policies.hedge;
        // An answer that is held back has its first content for the client at its end, which is late for no reason.
        const bool held = exchange_.request->stream && policies.after_commit.front() == config::AfterCommit::hold;
        if (!policy.enabled || held) return std::nullopt;
        if (policy.after) return *policy.after;
        const DeploymentHealth* const health = context_.health.of(deployment);
        if (health == nullptr) return std::nullopt;
        return health->hedge_after(exchange_.request->stream, size_class(exchange_.plan.prompt_tokens),
                                   context_.runtime.now());
    }

    [[nodiscard]] bool is_too_dear() const noexcept {
        const auto& max = exchange_.plan.policies->hedge.max_cost_usd;
        const auto& price = lane_->attempt.tried().deployment->facts.price.input;
        return max && price && *price * static_cast<double>(exchange_.plan.prompt_tokens) / 1e6 > *max;
    }

    void refuse(const AttemptPlanner::Try& tried) {
        Error full(ErrorKind::overloaded, "Deployment " + tried.deployment->name + " is at its concurrency limit.");
        full.code = "deployment_busy";
        AttemptRecord record;
        record.deployment = tried.deployment;
        record.reason = tried.reason;
        record.started = context_.runtime.now() - answer_.started();
        record.outcome = full.code;
        // In a queue it is tried again and again.
        if (context_.queue == nullptr) report_.attempts.push_back(std::move(record));
        planner_.on_busy(tried, std::move(full), context_.runtime.now());
    }

    void note_start(Lane& ended) {
        const TimePoint now = context_.runtime.now();
        if (ended.start == Attempt::Start::content) ended.attempt.drop();
        if (ended.start == Attempt::Start::failed) {
            planner_.on_failure(ended.attempt.tried(), ended.attempt.take_error(), now,
                                ended.attempt.other_credential());
        } else if (ended.start == Attempt::Start::refused) {
            planner_.on_refusal(ended.attempt.tried(), ended.attempt.take_error(), now);
        }
    }

    const ExchangeRequest& exchange_;
    ClientStream& client_;
    const ExchangeContext& context_;
    ExchangeReport& report_;
    AttemptPlanner planner_;
    ClientAnswer answer_;
    std::unique_ptr<Lane> lane_;       ///< the attempt that is running, or has content
    std::unique_ptr<Lane> hedge_;      ///< the one beside it
    std::unique_ptr<QueueTurn> turn_;  ///< while it waits for a place
    bool late_ = false;
    TimePoint late_at_{};
    TimePoint wake_at_{};
    Boxed<Error> error_;
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
    while (!client.gone().requested()) {
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
                if (state.end_wait(co_await state.turn().wait(client.gone()))) break;
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
        state.end();
        if (end == Attempt::End::answered) co_return;
        client.gone().request();
    }
    state.note_client_gone();
}

}  // namespace breakwater
