#pragma once

#include <optional>

#include "attempt.hpp"

namespace breakwater {

/// Once the client has stopped waiting for the first byte, another attempt helps nobody.
[[nodiscard]] inline Deadline start_deadline(const ExchangeRequest& exchange) noexcept {
    return earliest(exchange.deadline, exchange.first_content_deadline);
}

/// What the planner of a request borrows.
[[nodiscard]] inline AttemptPlanner::Surroundings surroundings(const ExchangeRequest& exchange,
                                                               const ExchangeContext& context) noexcept {
    return {.health = context.health,
            .retries = context.route.retries,
            .hedges = context.route.hedges,
            .rng = context.rng,
            .prompt_tokens = exchange.plan.prompt_tokens,
            .stream = exchange.stream,
            .repeated = exchange.repeated,
            .outliers = context.route.outliers ? &*context.route.outliers : nullptr};
}

/// Holds a deployment's place among its running attempts.
class Place {
public:
    Place(InFlight& in_flight, const Deployment& deployment, bool called)
        : in_flight_(in_flight), deployment_(deployment), entered_(in_flight.try_enter(deployment, called)) {}
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

/// Outcome of an attempt that found no place at its deployment.
inline constexpr std::string_view kBusy = "deployment_busy";

/// Why a deployment without a place left is not asked.
[[nodiscard]] inline Error deployment_is_full(const Deployment& deployment) {
    Error full(ErrorKind::overloaded, "Deployment " + deployment.name + " is at its concurrency limit.");
    full.code = kBusy;
    return full;
}

/// That it was not asked, `started` after the request came.
[[nodiscard]] inline AttemptRecord busy_record(const AttemptPlanner::Try& tried, Duration started) {
    AttemptRecord record;
    record.deployment = tried.deployment;
    record.reason = tried.reason;
    record.started = started;
    record.outcome = kBusy;
    return record;
}

/// An attempt with its place, and how far it got. `called` is as of InFlight.
struct Lane : Pooled {
    Lane(const ExchangeRequest& exchange, const AttemptPlanner::Try& tried, bool called, const ExchangeContext& context,
         ClientStream& client, ClientAnswer& answer, ExchangeReport& report, Recovery* recovery = nullptr)
        : place(context.in_flight, *tried.deployment, called),
          attempt(exchange, tried, context, client, answer, report, recovery) {}

    Place place;
    Attempt attempt;
    CancelSource stop;                      ///< of an attempt that is not alone
    std::optional<Attempt::Start> start{};  ///< once it has content or has ended
};
// Each open stream has one, and the allocator's next size is 768 bytes.
static_assert(sizeof(Lane) <= 640);

}  // namespace breakwater
