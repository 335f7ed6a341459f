#include "breakwater/exchange/exchange.hpp"

#include "attempt.hpp"

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

/// Holds a deployment's place among its running attempts.
class Place {
public:
    Place(InFlight& in_flight, const Deployment& deployment)
        : in_flight_(in_flight), deployment_(deployment), entered_(in_flight.try_enter(deployment)) {}
    ~Place() {
        if (entered_) in_flight_.leave(deployment_);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    [[nodiscard]] bool entered() const noexcept { return entered_; }

private:
    InFlight& in_flight_;
    const Deployment& deployment_;
    bool entered_;
};

/// What lives as long as the request: plans attempts, and knows how they went. Its functions are kept out of the
/// coroutine that calls them: inlined, the errors that they handle would get room in its frame.
class Exchange {
public:
    enum class Move : std::uint8_t { attempt, busy, wait, give_up };

    Exchange(const ExchangeRequest& exchange, ClientStream& client, const ExchangeContext& context,
             ExchangeReport& report)
        : exchange_(exchange),
          client_(client),
          context_(context),
          report_(report),
          // Once the client has stopped waiting for the first byte, another attempt helps nobody.
          planner_(exchange_.plan.candidates, *exchange_.plan.policies,
                   earliest(exchange_.deadline, exchange_.first_content_deadline), context_.budget, context_.rng),
          answer_(client, exchange_, report_, context_.runtime, context_.runtime.now()) {}

    /// Sets what the move needs: an attempt to run, the time to wait until, the error to give up with.
    [[gnu::noinline]] Move plan() {
        AttemptPlanner::Step step = planner_.next(context_.runtime.now());
        if (const auto* next = std::get_if<AttemptPlanner::Try>(&step)) {
            report_.attempts_started = next->attempt;
            return start(*next->deployment);
        }
        if (const auto* wait = std::get_if<AttemptPlanner::Wait>(&step)) {
            wake_at_ = context_.runtime.now() + wait->delay;
            return Move::wait;
        }
        report_.served = nullptr;
        report_.attempts_started = planner_.attempts();
        error_ = std::move(std::get<AttemptPlanner::GiveUp>(step).error);
        return Move::give_up;
    }
    [[gnu::noinline]] void note_end(Attempt::End end) {
        if (end == Attempt::End::failed) {
            const bool again = attempt().other_credential();
            planner_.on_failure(attempt().take_error(), context_.runtime.now(), again);
        }
        if (end == Attempt::End::refused) planner_.on_refusal(attempt().take_error());
        if (end == Attempt::End::client_gone) client_.gone().request();
        running_.reset();
    }
    void note_client_gone() noexcept {
        report_.termination = Termination::client_gone;
        if (!answer_.head_sent()) report_.status = 499;
    }
    [[nodiscard]] Attempt& attempt() noexcept { return running_->attempt; }
    [[nodiscard]] TimePoint wake_at() const noexcept { return wake_at_; }
    [[nodiscard]] Task<bool> answer_error() { return answer_.error(std::move(*error_)); }

private:
    struct Running {
        Running(Exchange& e, const Deployment& deployment)
            : place(e.context_.in_flight, deployment),
              attempt(e.exchange_, deployment, e.context_, e.client_, e.answer_, e.report_) {}
        Place place;
        Attempt attempt;
    };

    Move start(const Deployment& deployment) {
        running_.emplace(*this, deployment);
        if (running_->place.entered()) return Move::attempt;
        running_.reset();
        Error full(ErrorKind::overloaded, "Deployment " + deployment.name + " is at its concurrency limit.");
        full.code = "deployment_busy";
        AttemptRecord record;
        record.deployment = &deployment;
        record.outcome = full.code;
        report_.attempts.push_back(std::move(record));
        planner_.on_refusal(std::move(full));
        return Move::busy;
    }

    const ExchangeRequest& exchange_;
    ClientStream& client_;
    const ExchangeContext& context_;
    ExchangeReport& report_;
    AttemptPlanner planner_;
    ClientAnswer answer_;
    std::optional<Running> running_;
    TimePoint wake_at_{};
    Boxed<Error> error_;
};

}  // namespace

Task<void> run_exchange(const ExchangeRequest& exchange, ClientStream& client, const ExchangeContext& context,
                        ExchangeReport& report) {
    Exchange state(exchange, client, context, report);
    while (!client.gone().requested()) {
        switch (state.plan()) {
            case Exchange::Move::attempt: {
                const Attempt::End end = co_await state.attempt().run();
                state.note_end(end);
                if (end == Attempt::End::answered) co_return;
                break;
            }
            case Exchange::Move::busy:
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
    }
    state.note_client_gone();
}

}  // namespace breakwater
