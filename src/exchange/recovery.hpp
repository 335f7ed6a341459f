#pragma once

#include <span>
#include <vector>

#include "answer_join.hpp"
#include "breakwater/exchange/exchange.hpp"

namespace breakwater {

/// True when an answer of this request that breaks off after its first content may be completed, so that the request
/// is kept and what the client gets is remembered.
[[nodiscard]] bool may_be_completed(const ExchangeRequest& exchange) noexcept;

/// An answer that broke off after its first content had gone to the client, and how it is to be completed: which policy
/// of the route's `after_commit` is tried, and what an attempt needs for it. One per request, from the first break on.
/// Pure.
class Recovery {
public:
    Recovery(const ExchangeRequest& exchange, const HealthTable& health) noexcept
        : exchange_(exchange), health_(health) {}

    /// The answer broke off, for the first time or once more: all policies are tried again.
    void on_break(Error&& error);
    /// The next policy that has a chance, if there is one.
    [[nodiscard]] bool next_policy(TimePoint now);
    [[nodiscard]] bool has_policy() const noexcept { return trying_; }
    /// What the policy wants cannot be had.
    void end_policy() noexcept { trying_ = false; }
    /// Ends them all after an error that nobody else is to be asked about, before the commit point or behind it.
    void heed(const Error& error) noexcept;
    /// Of the policy that is tried: what its attempts are called.
    [[nodiscard]] AttemptReason reason() const noexcept;
    /// Of the policy that is tried: who can be asked.
    [[nodiscard]] std::span<const Deployment* const> able() const noexcept { return able_; }
    /// Of the policy that is tried: what is asked.
    [[nodiscard]] const Operation& operation() const noexcept { return rest_ ? *rest_ : *exchange_.operation; }
    /// Of the policy that is tried: the error means that the deployment does not take such a request, although its
    /// capability map says so.
    [[nodiscard]] bool is_refusal(const Error& error) const noexcept;

    /// The answer so far, made ready for an attempt of the policy on this deployment.
    [[nodiscard]] UnfinishedAnswer lend(const Deployment& deployment);
    /// The attempt has ended before the answer did. What it cost is added to what the client is told.
    void take_back(UnfinishedAnswer&& answer, const Usage* spent);
    /// What all attempts have cost so far; null when nothing has.
    [[nodiscard]] const Usage* spent() const noexcept { return answer_.join->usage(); }
    /// Who wrote what the client has of it.
    [[nodiscard]] ResponseEncoder& encoder() noexcept { return *answer_.encoder; }
    /// Why the answer broke off: what the client is told if nothing completes it.
    [[nodiscard]] Error take_error() { return std::move(*error_); }

private:
    bool can_restart();
    bool can_continue(TimePoint now);

    const ExchangeRequest& exchange_;
    const HealthTable& health_;
    UnfinishedAnswer answer_;
    Boxed<Error> error_;
    std::size_t tried_ = 0;  ///< policies of the list, the running one included
    bool trying_ = false;
    std::unique_ptr<Operation> rest_;  ///< of `continue`
    std::vector<const Deployment*> able_;
};

}  // namespace breakwater
