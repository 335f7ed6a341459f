#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "breakwater/credentials/credential.hpp"
#include "breakwater/exchange/operation.hpp"
#include "breakwater/exchange/streams.hpp"
#include "breakwater/exchange/upload.hpp"
#include "breakwater/routing/attempt_planner.hpp"
#include "breakwater/wire/trace_context.hpp"

namespace breakwater {

/// What the exchange needs to know about a deployment's provider.
struct ProviderBinding {
    const Provider* provider;
    /// Headers from configuration, whose values may be secrets.
    std::span<const std::pair<std::string, std::string>> headers{};
    bool gets_trace = false;  ///< is sent the trace context of a request
};

/// A route, resolved against a snapshot; everything is borrowed from it.
struct RoutePlan {
    std::string_view route;
    std::span<const Deployment* const> candidates;
    const config::Policies* policies;
    std::int64_t prompt_tokens = 0;           ///< estimate
    const std::string* client_key = nullptr;  ///< its name; null when there are none
    /// The provider of a deployment; never null members.
    std::function<ProviderBinding(const Deployment&)> binding;
};

/// Counts running attempts and refuses those above a deployment's concurrency limit. Implemented by the gateway over
/// process-wide counters.
class InFlight {
public:
    virtual ~InFlight() = default;
    /// `called`: places that are kept for those who wait in a queue are this request's as well.
    virtual bool try_enter(const Deployment& deployment, bool called) noexcept = 0;
    virtual void leave(const Deployment& deployment) noexcept = 0;
};

/// A request's place in the queue of its route; leaves it when it is destroyed. On the request's worker.
class QueueTurn {
public:
    virtual ~QueueTurn() = default;
    enum class Wait : std::uint8_t {
        called,    ///< it is this request's turn to try for a place
        overdue,   ///< `until` came before its turn: places that nobody else waits for are free to try
        refused,   ///< its turn is not to come; take_error() says why
        abandoned  ///< the client has gone
    };
    virtual Task<Wait> wait(CancelSource& gone, TimePoint until) = 0;
    /// It has tried, and found no place. From now on it waits for one at these deployments: the others have places, but
    /// none for this request. It keeps its turn.
    virtual void put_back(std::span<const Deployment* const> busy) = 0;
    /// Why it is refused: overloaded, or rate_limited where others are to come before this key.
    virtual Error take_error() = 0;
    /// It has a place, and leaves with that.
    virtual void note_place() noexcept = 0;
    [[nodiscard]] virtual Duration waited() const noexcept = 0;
};

/// The queue of a route, where requests wait while every candidate is at its concurrency limit. Implemented by the
/// gateway over what all workers share.
class PlaceQueue {
public:
    virtual ~PlaceQueue() = default;
    /// For a place at one of the candidates. `key`: whose turns are counted together.
    virtual std::unique_ptr<QueueTurn> join(std::string_view key, std::span<const Deployment* const> candidates,
                                            Deadline deadline) = 0;
};

/// Gives attempts their credentials, and hears which of them a provider refused. One per request, on its worker;
/// implemented by the gateway over what all workers share.
class CredentialSource {
public:
    virtual ~CredentialSource() = default;
    /// What the next attempt on the deployment is made with, when it is there: nearly always. Null: ask `fetch`. It is
    /// valid while the request's snapshot is, and as long as this pointer lives. Never one that was reported for want
    /// of a permission on this deployment.
    virtual std::shared_ptr<const Credential> choose(const Deployment& deployment) = 0;
    /// Waits for one that is being fetched. Errors: upstream_auth when it cannot be had, upstream_permission when all
    /// keys of a pool were reported for that, rate_limited when those that are left cool down, cancelled.
    virtual Task<Result<std::shared_ptr<const Credential>>> fetch(const Deployment& deployment, Deadline deadline,
                                                                  CancelSource& gone) = 0;
    /// An attempt with this credential failed.
    virtual OtherCredential report(const Deployment& deployment, const Credential& credential, const Error& error) = 0;
    /// An attempt with this credential has its first content.
    virtual void served(const Deployment& deployment, const Credential& credential) = 0;
    /// What an answer to this credential said is left of the provider's limits. Becomes what holds of the deployment:
    /// nothing while another credential has some left.
    virtual void narrow_limits(const Deployment& deployment, const Credential& credential, RateLimitReading& reading,
                               TimePoint now) = 0;
};

/// What became of the wish for a second attempt beside one whose first content is late.
enum class HedgeOutcome : std::uint8_t {
    not_late,   ///< it had content or ended before, or nothing is hedged
    started,    ///< there is one
    all_slow,   ///< many answers are late, so another would be as well
    too_dear,   ///< its prompt costs more than `max_cost`
    no_budget,  ///< the route's budget is spent
    nobody,     ///< no deployment can be asked
};
std::string_view to_string(HedgeOutcome outcome) noexcept;

/// One upstream attempt, for log, metrics and headers. Small members stand together: it lives as long as a stream does.
struct AttemptRecord {
    const Deployment* deployment = nullptr;
    AttemptReason reason = AttemptReason::first;
    bool probe = false;  ///< of an open circuit
    HedgeOutcome hedge = HedgeOutcome::not_late;
    bool reused = false;  ///< the connection
    int upstream_status = 0;
    std::string outcome{};  ///< "ok", the error's code, or "outrun" when a hedge or the hedged one was faster
    Duration started{0};    ///< since the request was taken up
    Duration connect{0};
    Duration head{0};           ///< request sent -> response head
    Duration first_content{0};  ///< attempt started -> first content token; zero when none came
    Duration total{0};
    Duration late_after{0};     ///< attempt started -> late without content; zero when nobody watches
    std::uint64_t span_id = 0;  ///< of a request that belongs to a trace; 0 when nothing could be sent
    UnknownCounts unknown{};    ///< what of the answer was passed over
    Boxed<Usage> usage{};       ///< of an answer to which several attempts contributed: what this one has cost
};

/// How the request ended.
enum class Termination : std::uint8_t {
    complete,         ///< the client has the whole answer
    error,            ///< the client has an error answer
    error_in_stream,  ///< the stream ended with an in-band error
    client_gone,
};
std::string_view to_string(Termination termination) noexcept;

/// What rarely happens before the first attempt.
struct Detours {
    /// Candidates that would have been asked before the first one that was.
    std::vector<AttemptPlanner::PassedOver> passed_over{};
    Duration queued{0};  ///< for a place
};

/// What happened, for everything that is said about the request afterwards. All durations since `started`.
struct ExchangeReport {
    Termination termination = Termination::error;
    int status = 0;                                   ///< HTTP status sent; 499 when the client went before any
    const Deployment* served = nullptr;               ///< the deployment whose answer the client got
    int attempts_started = 0;                         ///< the running one included
    RetryOutcome retry = RetryOutcome::not_withheld;  ///< why no other attempt followed the last
    std::vector<AttemptRecord> attempts{};            ///< those that have ended
    Boxed<Detours> detours{};
    Adaptations adapted{};
    Boxed<Usage> usage{};
    std::optional<FinishReason> finish{};
    Boxed<Error> error{};
    Duration first_byte{0};    ///< request taken up -> first bytes handed to the client
    Duration max_gap{0};       ///< longest silence between content tokens of the served stream
    std::uint64_t events = 0;  ///< content events passed on
    std::uint64_t bytes_out = 0;
};

/// Headers that the gateway wants on every answer; asked once, just before the head is written, when the served
/// deployment is known.
using HeadDecorator = std::function<void(HttpResponseHead& head, const ExchangeReport& report)>;

struct ExchangeRequest {
    const Operation* operation = nullptr;  ///< until `committed` is called
    bool stream = false;                   ///< the operation's
    bool repeated = false;                 ///< the client has sent it before, and got no answer
    const Ingress* ingress = nullptr;      ///< in whose words errors are said
    RoutePlan plan;
    Deadline deadline{};                ///< C5: policy's total and the client's own, whichever is sooner
    Deadline first_content_deadline{};  ///< the client's patience until the first byte of a stream
    std::chrono::milliseconds ping{15'000};
    std::string response_id;        ///< the dialect's prefix and 24 characters
    std::string_view request_id{};  ///< as the headers that `decorate` writes have it
    HeadDecorator decorate;
    Upload* upload = nullptr;             ///< what the body goes on with behind the operation's; nearly always null
    AnswerKeeper* keeper = nullptr;       ///< gets the answer, where the dialect has a use for that
    const TraceContext* trace = nullptr;  ///< that the attempts belong to; null when nothing is traced
    /// Called at the commit point, when no other attempt can follow: nobody needs `operation` from then on. Not called
    /// when another attempt may have to complete the answer.
    std::function<void()> committed{};
};

/// What the requests of a route on one worker share.
struct RouteControls {
    RetryBudget retries;
    RetryBudget hedges;
    std::optional<OutlierWatch> outliers{};  ///< none: the unsteady are not put aside
    PlaceQueue* queue = nullptr;             ///< null: who finds no place is refused
};

/// Everything the exchange borrows from its worker.
struct ExchangeContext {
    Runtime& runtime;
    UpstreamTransport& transport;
    const HealthTable& health;
    RouteControls& route;
    InFlight& in_flight;
    Rng& rng;
    CredentialSource& credentials;
};

/// What the client of a request is told that is cut because the process is being stopped.
Error shutting_down();

/// Runs one request to its end: plans attempts, bends and encodes the request for each, relays the answer, and replaces
/// failing attempts invisibly until the commit point, and behind it as the route says (C4); five timers and one
/// deadline (C5, C6); the client's leaving cancels the upstream call at once (C10). Streams and whole answers alike.
/// Never throws for anything that a client or provider does. All that is passed outlives the returned task.
Task<void> run_exchange(const ExchangeRequest& exchange, ClientStream& client, const ExchangeContext& context,
                        ExchangeReport& report);

}  // namespace breakwater
