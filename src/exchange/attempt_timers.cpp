#include "attempt_timers.hpp"

#include <string>

namespace breakwater {

namespace {

std::string in_seconds(std::chrono::milliseconds span) {
    const auto tenths = span.count() / 100;
    std::string text = std::to_string(tenths / 10);
    if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
    return text + " s";
}

Error timeout(std::string message, const char* code) {
    Error error(ErrorKind::upstream_timeout, std::move(message));
    error.code = code;
    return error;
}

}  // namespace

AttemptTimers::AttemptTimers(const config::AttemptTimeouts& timeouts, Deadline total, Deadline first_content,
                             bool stream, TimePoint started) noexcept
    : timeouts_(timeouts),
      total_(total),
      first_content_(first_content),
      stream_(stream),
      started_(started),
      sent_(started),
      last_progress_(started) {}

Deadline AttemptTimers::connect() const noexcept {
    return earliest(total_, Deadline::after(started_, timeouts_.connect));
}

Deadline AttemptTimers::head() const noexcept {
    if (!stream_) return earliest(total_, first_content_);
    const Deadline first = earliest(first_content_, Deadline::after(started_, timeouts_.first_token));
    return earliest(total_, earliest(first, Deadline::after(sent_, timeouts_.head)));
}

void AttemptTimers::on_progress(TimePoint now) noexcept {
    progressed_ = true;
    last_progress_ = now;
}

Deadline AttemptTimers::body() const noexcept {
    if (progressed_) return earliest(total_, Deadline::after(last_progress_, timeouts_.gap));
    if (!stream_) return earliest(total_, first_content_);
    return earliest(total_, earliest(first_content_, Deadline::after(started_, timeouts_.first_token)));
}

Error AttemptTimers::deadline_exceeded(const std::string& provider) const {
    return timeout(
        "The request's deadline passed while it waited for " + provider +
            ". Raise `timeouts.total` of the route, or the client's own timeout, if answers may take this long.",
        "deadline_exceeded");
}

bool AttemptTimers::out_of_time(TimePoint now) const noexcept {
    return total_.passed(now) || (!progressed_ && first_content_.passed(now));
}

Error AttemptTimers::expired_connect(TimePoint now, const std::string& provider) const {
    if (total_.passed(now)) return deadline_exceeded(provider);
    return timeout("No connection to " + provider + " within " + in_seconds(timeouts_.connect) + ".",
                   "upstream_connect_timeout");
}

Error AttemptTimers::expired_head(TimePoint now, const std::string& provider) const {
    if (out_of_time(now)) return deadline_exceeded(provider);
    if (Deadline::after(sent_, timeouts_.head).passed(now)) {
        return timeout(provider + " sent no response head within " + in_seconds(timeouts_.head) + ".",
                       "upstream_head_timeout");
    }
    return expired_body(now, provider);
}

Error AttemptTimers::expired_body(TimePoint now, const std::string& provider) const {
    if (out_of_time(now)) return deadline_exceeded(provider);
    if (progressed_) {
        return Error(ErrorKind::upstream_stalled, provider + " fell silent in the middle of its answer: nothing for " +
                                                      in_seconds(timeouts_.gap) + ".");
    }
    return timeout(provider + " sent no content within " + in_seconds(timeouts_.first_token) + ".",
                   "upstream_first_token_timeout");
}

}  // namespace breakwater
