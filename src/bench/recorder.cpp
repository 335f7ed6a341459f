#include "recorder.hpp"

#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::bench {

namespace {

constexpr std::size_t kExampleBytesMax = 200;
constexpr std::size_t kExamplesMax = 16;
/// Shorter ones at the end of the window would be spikes in a plot of rates.
constexpr std::chrono::milliseconds kIntervalMin{100};

/// The message of an error object, or else the text as it is, cut to a line.
std::string message_of(std::string_view said) {
    if (const auto root = shared_json_reader().parse_repaired(said); root && root->is_object()) {
        const auto error = get_object(*root, "error");
        said = get_string(error.value_or(*root), error ? "message" : "error").value_or(said);
    }
    return sanitise_provider_text(said, kExampleBytesMax);
}

}  // namespace

void Recorder::open_window(TimePoint now) noexcept {
    measuring_ = true;
    opened_at_ = now;
}

void Recorder::close_window(TimePoint now) {
    if (!measuring_) return;
    results_.window = now - opened_at_;
    if (results_.window - interval_.start >= kIntervalMin || results_.intervals.empty()) tick(now);
    measuring_ = false;
}

std::optional<Interval> Recorder::tick(TimePoint now) {
    if (!measuring_) return std::nullopt;
    interval_.length = now - opened_at_ - interval_.start;
    interval_.p50 = interval_latency_.percentile(0.5);
    interval_.p99 = interval_latency_.percentile(0.99);
    results_.intervals.push_back(interval_);
    interval_ = Interval{.start = now - opened_at_};
    interval_latency_.clear();
    return results_.intervals.back();
}

void Recorder::events(std::uint32_t count) noexcept {
    if (!measuring_) return;
    results_.events += count;
    interval_.events += count;
}

void Recorder::finished(const Outcome& outcome, bool counts, std::string_view said) {
    const bool ok = outcome.failure == Failure::none;
    if (measuring_) {
        ++(ok ? interval_.ok : interval_.failed);
        if (ok) {
            ++results_.ok_in_window;
            interval_latency_.record(outcome.latency);
        }
    }
    if (!counts) return;
    if (outcome.first_token) results_.first_token.record(*outcome.first_token);
    if (ok) {
        ++results_.ok;
        results_.latency.record(outcome.latency);
        return;
    }
    results_.failures.add(outcome.failure, outcome.status);
    if (said.empty() || results_.examples.size() >= kExamplesMax) return;
    const std::string name = failure_name(outcome.failure, outcome.status);
    if (!results_.examples.contains(name)) results_.examples.emplace(name, message_of(said));
}

void Recorder::overrun(std::uint64_t count) {
    results_.failures.add(Failure::overrun, 0, count);
    if (measuring_) interval_.failed += count;
}

void Recorder::held(std::optional<Duration> first_token) {
    ++results_.ok;
    results_.held = results_.held.value_or(0) + 1;
    if (first_token) results_.first_token.record(*first_token);
}

}  // namespace breakwater::bench
