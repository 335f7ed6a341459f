#pragma once

#include <optional>

#include "attempt.hpp"

namespace breakwater {

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

}  // namespace breakwater
