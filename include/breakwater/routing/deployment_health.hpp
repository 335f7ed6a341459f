#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/usage.hpp"
#include "breakwater/routing/circuit.hpp"
#include "breakwater/routing/health_sum.hpp"
#include "breakwater/routing/latency_digest.hpp"
#include "breakwater/routing/live_knowledge.hpp"
#include "breakwater/routing/rate_limits.hpp"
#include "breakwater/routing/shared_limit.hpp"

namespace breakwater {

/// What the workers tell each other about a deployment, because one of them finding out is enough: a pause that the
/// provider asked for, what is left of its limits, and when somebody last probed. Nanoseconds of the monotonic clock;
/// zero: never. Thread-safe.
struct SharedHealth {
    /// Attempts running now; apart from the others, which are read far more often than they change.
    alignas(64) std::atomic<std::uint32_t> in_flight{0};
    std::atomic<std::uint32_t> waiting{0};                   ///< requests in queues that would take a place here
    alignas(64) std::atomic<std::int64_t> cooling_until{0};  ///< rate-limited: not asked before
    /// Credential, billing or model at fault: asked when nothing else is left.
    std::atomic<std::int64_t> demoted_until{0};
    /// Has refused to go on with an answer: not asked to before.
    std::atomic<std::int64_t> no_continuing_until{0};
    std::atomic<std::int64_t> next_probe{0};      ///< no worker probes before
    std::atomic<std::uint32_t> circuits_open{0};  ///< workers whose circuit is not closed
    std::atomic<std::uint64_t> times_opened{0};   ///< over all workers, since the start
    /// As the provider's answers tell: written by every one of them, so apart from what is mostly read.
    alignas(64) SharedRateLimits limits;
    SharedLimit concurrency;
};

/// What one worker knows of one deployment: its circuit, how long answers took, and how often it asked too much.
/// The exchange reports every attempt here; planner, hedging and scoring read it. Single-threaded but for `shared`.
class DeploymentHealth {
public:
    explicit DeploymentHealth(SharedHealth& shared) noexcept : shared_(shared) {}

    /// How an attempt is to be reported.
    struct Ticket {
        TimePoint begun{};
        bool probe = false;
        bool counted = false;  ///< off what its provider said is left
    };
    enum class Standing : std::uint8_t {
        ready,    ///< may be asked; a closed circuit or a probe that is due
        demoted,  ///< may be asked when no other can
        spent,    ///< its limits have no room for the request, as far as is known, before `limited_until()`
        cooling,  ///< not before `cooling_until()`
        open,     ///< its circuit is open
    };
    /// Of a request with so many prompt tokens. Without a breaker every request finds out for itself: always ready.
    [[nodiscard]] Standing standing(const config::Breaker& policy, TimePoint now,
                                    std::int64_t prompt_tokens = 0) const noexcept;
    [[nodiscard]] TimePoint cooling_until() const noexcept;
    /// When the provider's limits are likely to have room; not later than `now` when they have.
    [[nodiscard]] TimePoint limited_until(std::int64_t prompt_tokens, TimePoint now) const noexcept {
        return shared_.limits.available_at(prompt_tokens, now);
    }

    /// An attempt starts. Claims the probe when one is due.
    Ticket begin(const config::Breaker& policy, TimePoint now) noexcept;
    /// The first content of an answer came, `latency` after the attempt began: of a stream its first token, of a whole
    /// answer all of it. The attempt counts as a success from here on.
    void on_first_content(Ticket ticket, bool stream, SizeClass size, Duration latency, TimePoint now) noexcept;
    void on_gap(Duration gap, TimePoint now) noexcept { gaps_.add(gap, now); }
    /// What the head of an answer said is left of the provider's limits.
    void on_rate_limits(const RateLimitReading& reading, TimePoint now) noexcept { shared_.limits.note(reading, now); }
    /// The whole answer came; `usage` may be null. Of a stream, `streaming` is the time since its first content.
    void on_complete(const Usage* usage, Duration streaming) noexcept;
    /// The whole of a stream took `total`.
    void on_stream_total(SizeClass size, Duration total, TimePoint now) noexcept {
        add(stream_totals_, size, total, now);
    }
    /// The attempt failed; `after_content` when its success had been reported before.
    void on_failure(Ticket ticket, const Error& error, bool after_content, const config::Breaker& policy, TimePoint now,
                    Rng& rng) noexcept;
    /// It was not made after all.
    void on_refused(Ticket ticket, TimePoint now) noexcept;
    /// It ended without a verdict: the client left, or another attempt was faster.
    void on_abandoned(Ticket ticket, TimePoint now) noexcept;
    /// Another attempt was faster, when this one had waited for `elapsed`: its content would have come later still.
    void on_outrun(Duration elapsed, TimePoint now) noexcept { note_peak(elapsed, now); }

    /// It refused a request that ends with a part of the answer, for which its capability map says that it goes on
    /// from there.
    void on_continuing_refused(TimePoint now) noexcept;
    [[nodiscard]] bool refuses_continuing(TimePoint now) const noexcept;

    /// When a hedge is worth its price: the first content of `size` is later than this. Nothing while too little is
    /// known. The live p95, but where half of all answers come far sooner it is drawn towards them, down to the p90: a
    /// deployment that is slow one time in twenty has its p95 anywhere between its two speeds.
    [[nodiscard]] std::optional<Duration> hedge_after(bool stream, SizeClass size, TimePoint now) const noexcept;
    /// A request whose hedge time was known got its first content within it, or did not.
    void on_hedge_time(bool late) noexcept;
    /// So many answers are late that another attempt would be as well.
    [[nodiscard]] bool is_generally_slow() const noexcept { return late_share_ > 0.3; }

    /// How unsteady first content is: from its p50 to its p95, and that. Nothing while fewer than 40 are known.
    struct Spread {
        Duration p50_to_p95;
        Duration p95;
    };
    [[nodiscard]] std::optional<Spread> spread(bool stream, SizeClass size, TimePoint now) const noexcept;
    /// Its latencies are to be learnt anew.
    void forget_latencies(bool stream, SizeClass size) noexcept {
        (stream ? first_tokens_ : wholes_)[static_cast<std::size_t>(size)].reset();
    }
    /// The configuration no longer has the deployment: its circuit is nobody's concern.
    void withdraw() noexcept {
        circuit_ = {};
        tell_circuit();
    }
    /// Adds what this worker knows to what others do.
    void add_to(HealthSum& sum, TimePoint now) const;

    [[nodiscard]] LiveFigures figures(const config::Breaker& policy, SizeClass size, TimePoint now) const noexcept;
    [[nodiscard]] const Circuit& circuit() const noexcept { return circuit_; }
    /// Share of the recent attempts that succeeded, 0..1.
    [[nodiscard]] double success_share(TimePoint now) const noexcept { return 1 - circuit_.error_share(now); }
    /// Code of the failure that was the last to count against it; empty while there was none.
    [[nodiscard]] std::string_view last_failure() const noexcept {
        return last_failure_ ? error_traits(*last_failure_).code : std::string_view();
    }
    [[nodiscard]] SharedHealth& shared() const noexcept { return shared_; }

private:
    using Digests = std::array<std::unique_ptr<LatencyDigest>, kSizeClasses>;
    static void add(Digests& digests, SizeClass size, Duration value, TimePoint now) noexcept;
    [[nodiscard]] const LatencyDigest& digest(bool stream, SizeClass size) const noexcept;
    void note_peak(Duration latency, TimePoint now) noexcept;
    [[nodiscard]] double peak_share_left(TimePoint now) const noexcept;
    void tell_circuit() noexcept;
    [[nodiscard]] bool is_current_probe(Ticket ticket) const noexcept {
        return ticket.probe && circuit_.probe_begun() == ticket.begun;
    }
    [[nodiscard]] bool has_waited_long(Ticket ticket, TimePoint now) const noexcept;
    void cool_down(std::optional<std::chrono::milliseconds> asked, TimePoint now, Rng& rng) noexcept;

    SharedHealth& shared_;
    Circuit circuit_;
    Digests first_tokens_;  ///< of streams
    Digests stream_totals_;
    Digests wholes_;  ///< of whole answers
    LatencyDigest gaps_;
    OutcomeShares outcomes_;
    bool told_open_ = false;        ///< what `shared` was told of the circuit
    double tokens_per_second_ = 0;  ///< 0: unknown
    double cached_share_ = -1;      ///< negative: unknown
    double late_share_ = 0;
    double peak_ = 0;  ///< seconds
    TimePoint peak_at_{};
    int rate_limits_in_row_ = 0;
    std::optional<ErrorKind> last_failure_{};
};

/// In a word, for log and administration.
std::string_view to_string(DeploymentHealth::Standing standing) noexcept;

}  // namespace breakwater
