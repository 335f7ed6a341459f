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

class Exchange {
public:
    Exchange(const ExchangeRequest& exchange, ClientStream& client, const ExchangeContext& context)
        : exchange_(exchange),
          client_(client),
          context_(context),
          // Once the client has stopped waiting for the first byte, another attempt helps nobody.
          planner_(exchange_.plan.candidates, *exchange_.plan.policies,
                   earliest(exchange_.deadline, exchange_.first_content_deadline), context_.budget, context_.rng),
          answer_(client, exchange_, report_, context_.runtime, context_.runtime.now()) {}

    Task<void> run() {
        while (!client_.gone().requested()) {
            AttemptPlanner::Step step = planner_.next(context_.runtime.now());
            if (const auto* next = std::get_if<AttemptPlanner::Try>(&step)) {
                report_.attempts_started = next->attempt;
                if (co_await attempt(*next->deployment) == Attempt::End::answered) co_return;
            } else if (const auto* wait = std::get_if<AttemptPlanner::Wait>(&step)) {
                // Nothing else to do than to wait; the loop's condition sees a client that left meanwhile.
                co_await context_.runtime.sleep_until(context_.runtime.now() + wait->delay, client_.gone());
            } else {
                report_.served = nullptr;
                report_.attempts_started = planner_.attempts();
                const Error& error = std::get<AttemptPlanner::GiveUp>(step).error;
                if (co_await answer_.error(error)) co_return;
                break;
            }
        }
        report_.termination = Termination::client_gone;
        if (!answer_.head_sent()) report_.status = 499;
    }
    [[nodiscard]] ExchangeReport take_report() noexcept { return std::move(report_); }

private:
    Task<Attempt::End> attempt(const Deployment& deployment) {
        const Place place(context_.in_flight, deployment);
        if (!place.entered()) {
            Error full(ErrorKind::overloaded, "Deployment " + deployment.name + " is at its concurrency limit.");
            full.code = "deployment_busy";
            AttemptRecord record;
            record.deployment = &deployment;
            record.outcome = full.code;
            report_.attempts.push_back(std::move(record));
            planner_.on_refusal(std::move(full));
            co_return Attempt::End::refused;
        }
        Attempt attempt(exchange_, deployment, context_, client_, answer_, report_);
        const Attempt::End end = co_await attempt.run();
        if (end == Attempt::End::failed) planner_.on_failure(attempt.take_error(), context_.runtime.now());
        if (end == Attempt::End::refused) planner_.on_refusal(attempt.take_error());
        if (end == Attempt::End::client_gone) client_.gone().request();
        co_return end;
    }

    const ExchangeRequest& exchange_;
    ClientStream& client_;
    ExchangeContext context_;
    ExchangeReport report_;
    AttemptPlanner planner_;
    ClientAnswer answer_;
};

}  // namespace

Task<ExchangeReport> run_exchange(const ExchangeRequest& exchange, ClientStream& client, ExchangeContext context) {
    Exchange state(exchange, client, context);
    co_await state.run();
    co_return state.take_report();
}

}  // namespace breakwater
