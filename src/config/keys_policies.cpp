#include "constraint_keys.hpp"

namespace breakwater::config {
namespace {

std::span<const KeySpec> attempt_timeout_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "connect",
         .type = Type::duration,
         .default_text = "5s",
         .meaning = "Name lookup, TCP and TLS to the provider.",
         .from = "1ms",
         .to = "24h"},
        {.name = "head",
         .type = Type::duration,
         .default_text = "60s",
         .meaning = "From the request's last byte to the head of the answer.",
         .from = "1ms",
         .to = "24h"},
        {.name = "first_token",
         .type = Type::duration,
         .default_text = "2m",
         .meaning = "To the first content token. Comments, pings and role chunks are none.",
         .from = "1ms",
         .to = "24h"},
        {.name = "gap",
         .type = Type::duration,
         .default_text = "2m",
         .meaning = "Between two content tokens.",
         .from = "1ms",
         .to = "24h"},
        {.name = "total",
         .type = Type::duration,
         .default_text = "10m",
         .meaning = "For the whole request with all its attempts. A client may ask for less, not for more.",
         .from = "1ms",
         .to = "24h"},
    };
    return kKeys;
}

std::span<const KeySpec> retry_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "attempts",
         .type = Type::integer,
         .default_text = "3",
         .meaning = "Attempts in all, the first one included. 1 turns retries off.",
         .from = "1",
         .to = "100"},
        {.name = "same",
         .type = Type::integer,
         .default_text = "1",
         .meaning = "More tries on the same deployment after a failure that is likely to pass.",
         .from = "0",
         .to = "100"},
        {.name = "budget",
         .type = Type::share,
         .default_text = "20%",
         .meaning = "Share of the traffic that may be retries.",
         .from = "0%",
         .to = "100%"},
        {.name = "budget_floor",
         .type = Type::rate,
         .default_text = "10/s",
         .meaning = "Retries that are allowed whatever the traffic is.",
         .from = "0/s",
         .to = "1000000/s"},
        {.name = "backoff_min",
         .type = Type::duration,
         .default_text = "100ms",
         .meaning =
             "Pause before the first retry on the same deployment; it doubles from one to the next, with jitter.",
         .from = "1ms",
         .to = "1h"},
        {.name = "backoff_max",
         .type = Type::duration,
         .default_text = "8s",
         .meaning = "Longest pause.",
         .from = "1ms",
         .to = "1h"},
        {.name = "retry_after_max",
         .type = Type::duration,
         .default_text = "60s",
         .meaning = "A provider that asks for a longer pause than this is not waited for.",
         .from = "0s",
         .to = "1h"},
    };
    return kKeys;
}

std::span<const KeySpec> breaker_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "errors",
         .type = Type::share,
         .default_text = "50%",
         .meaning = "Share of the attempts within `window` whose failure opens the circuit.",
         .from = "1%",
         .to = "100%"},
        {.name = "window",
         .type = Type::duration,
         .default_text = "30s",
         .meaning = "How long an attempt counts; older ones fade.",
         .from = "1s",
         .to = "1h"},
        {.name = "min_requests",
         .type = Type::integer,
         .default_text = "5",
         .meaning = "With fewer attempts within the window the share says nothing.",
         .from = "1",
         .to = "100000"},
        {.name = "consecutive",
         .type = Type::integer,
         .default_text = "5",
         .meaning = "Failures in a row that open the circuit, however few attempts there are.",
         .from = "1",
         .to = "100000"},
        {.name = "probe_after",
         .type = Type::duration,
         .default_text = "5s",
         .meaning = "Pause before one request tries the deployment again, up to a fifth shorter by chance.",
         .from = "100ms",
         .to = "1h"},
    };
    return kKeys;
}

std::span<const KeySpec> hedge_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "after",
         .type = Type::duration,
         .default_text = "p95",
         .meaning = "How late the first content has to be. `p95`: later than all but the slowest twentieth of the "
                    "deployment's recent answers to prompts of that size.",
         .words = "p95",
         .from = "1ms",
         .to = "1h"},
        {.name = "budget",
         .type = Type::share,
         .default_text = "5%",
         .meaning = "Share of the traffic that may be sent twice.",
         .from = "0%",
         .to = "100%"},
        {.name = "budget_floor",
         .type = Type::rate,
         .default_text = "0.1/s",
         .meaning = "Hedges that are allowed whatever the traffic is.",
         .from = "0/s",
         .to = "1000000/s"},
        {.name = "max_cost",
         .type = Type::number,
         .meaning = "Requests whose prompt alone costs more USD than this are not sent twice.",
         .from = "0",
         .to = "1000000"},
    };
    return kKeys;
}

std::span<const KeySpec> queue_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "size",
         .type = Type::integer,
         .default_text = "100",
         .meaning = "Requests that wait at a time, on all workers together. More are answered at once with 503, or 429 "
                    "where the client's key has its share.",
         .from = "1",
         .to = "100000"},
        {.name = "wait",
         .type = Type::duration,
         .default_text = "5s",
         .meaning = "Longest wait, within the request's own deadline. What could not be served by then is answered at "
                    "once.",
         .from = "1ms",
         .to = "24h"},
    };
    return kKeys;
}

std::span<const KeySpec> outlier_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "spread",
         .type = Type::number,
         .default_text = "3",
         .meaning =
             "How many times as far as the median of its peers' it has to be from the p50 to the p95 of the time to "
             "the first content.",
         .from = "1.5",
         .to = "100"},
        {.name = "share",
         .type = Type::share,
         .default_text = "50%",
         .meaning = "Most of the route's deployments that are put aside at a time; never the last.",
         .from = "1%",
         .to = "100%"},
        {.name = "aside",
         .type = Type::duration,
         .default_text = "30s",
         .meaning = "For how long; twice as long each time in a row, at most sixteen times.",
         .from = "100ms",
         .to = "1h"},
    };
    return kKeys;
}

std::span<const KeySpec> prefer_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "cost", .type = Type::number, .meaning = "Share of the cost.", .from = "0", .to = "1000"},
        {.name = "latency", .type = Type::number, .meaning = "Share of the latency.", .from = "0", .to = "1000"},
        {.name = "quality", .type = Type::number, .meaning = "Share of the quality.", .from = "0", .to = "1000"},
    };
    return kKeys;
}

// One list for routes and defaults, so that both always know the same policies.
constexpr KeySpec kTimeouts{.name = "timeouts",
                            .type = Type::map,
                            .meaning = "The timers of an attempt, and of the request as a whole.",
                            .children = attempt_timeout_keys};
constexpr KeySpec kRetry{.name = "retry",
                         .type = Type::map,
                         .meaning = "When a failed attempt is replaced by another.",
                         .children = retry_keys};
constexpr KeySpec kAfterCommit{
    .name = "after_commit",
    .type = Type::word_list,
    .default_text = "[error]",
    .meaning =
        "What happens when the provider fails after content has gone to the client, tried in this order. `continue`: "
        "a model that can gets what the client has, and goes on with it. `restart`: the answer is asked for again, "
        "and goes on where it agrees with what the client has. `error`: the stream ends with a typed error, as it does "
        "at the end of the list. `hold`, as the first: it does not come to that, for the client gets nothing before "
        "the whole answer is there, and until then another attempt replaces a failed one.",
    .words = "continue restart error hold"};
constexpr KeySpec kAdapt{
    .name = "adapt",
    .type = Type::word,
    .default_text = "adapt",
    .meaning =
        "What happens to a request field that a deployment cannot take. `adapt`: mapped, clamped or dropped as the "
        "capability map says, and refused where that would change the answer's meaning; `strict`: refused; "
        "`drop`: dropped.",
    .words = "strict adapt drop"};
constexpr KeySpec kHedge{
    .name = "hedge",
    .type = Type::map,
    .default_text = "off",
    .meaning = "When a second attempt is started beside one whose first content is late. `on`: with the values below.",
    .words = "on off",
    .children = hedge_keys};
constexpr KeySpec kBreaker{
    .name = "breaker",
    .type = Type::map,
    .default_text = "on",
    .meaning =
        "When a deployment that fails is left alone for a while. `off`: never; every request finds out for itself.",
    .words = "on off",
    .children = breaker_keys};
constexpr KeySpec kQueue{
    .name = "queue",
    .type = Type::map,
    .default_text = "off",
    .meaning =
        "Where requests wait, in turn by client key, while every candidate is at its `limits.concurrency`. `on`: with "
        "the values below; `off`: such requests end at once with 503.",
    .words = "on off",
    .children = queue_keys};
constexpr KeySpec kOutliers{
    .name = "outliers",
    .type = Type::map,
    .default_text = "off",
    .meaning =
        "When a deployment whose latency is far less steady than that of the route's others is asked after them for "
        "a while. `on`: with the values below.",
    .words = "on off",
    .children = outlier_keys};
constexpr KeySpec kPrefer{
    .name = "prefer",
    .type = Type::preference,
    .default_text = "order",
    .meaning =
        "Which of the candidates that meet the constraints is asked first; the next ones when it fails. `order`: the "
        "first of the list; `weighted`: by chance, in the shares of `weights`; `cost`: the cheapest for this request; "
        "`latency`: the fastest, as measured; `quality`: the best scores in `quality`. A map mixes the last three.",
    .words = "order weighted cost latency quality",
    .children = prefer_keys};
constexpr KeySpec kAffinity{
    .name = "affinity",
    .type = Type::boolean,
    .meaning =
        "Conversations stay on one deployment, so that its provider's prompt cache knows them. Without it: "
        "with `prefer: cost` only."};

}  // namespace

std::span<const KeySpec> defaults_keys() {
    static constexpr KeySpec kKeys[] = {kTimeouts, kRetry,    kAfterCommit, kAdapt,    kHedge,   kBreaker,
                                        kQueue,    kOutliers, kPrefer,      kAffinity, kRequire, kMax,
                                        kMin,      kTags,     kRegion,      kOnly,     kNot};
    return kKeys;
}

std::span<const KeySpec> route_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "candidates",
         .type = Type::names,
         .meaning = "Deployments, or other routes, that may answer. A name that is both means the deployment.",
         .required = true},
        kPrefer,
        {.name = "weights",
         .type = Type::numbers,
         .meaning = "Shares of candidates for `prefer: weighted`, by name; 1 for one that is not named. A route among "
                    "the candidates hands its share on to each of its own."},
        kAffinity,
        kTimeouts,
        kRetry,
        kAfterCommit,
        kAdapt,
        kHedge,
        kBreaker,
        kQueue,
        kOutliers,
        kRequire,
        kMax,
        kMin,
        kTags,
        kRegion,
        kOnly,
        kNot,
    };
    return kKeys;
}

}  // namespace breakwater::config
