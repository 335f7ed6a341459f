#include "realtime_attempt.hpp"

#include <algorithm>
#include <utility>

#include "breakwater/exchange/upstream_request.hpp"
#include "breakwater/wire/websocket_handshake.hpp"
#include "first_event.hpp"
#include "read_ahead.hpp"
#include "redaction.hpp"

namespace breakwater {

namespace {

/// What may come before and around the first message: the heads of its frames, and some control frames.
constexpr std::size_t kAroundFirst = 4u << 10;

/// An answer to a handshake has no content.
class NoContent final : public EventSink {
public:
    void on_event(const StreamEvent& /*event*/) override {}
};

}  // namespace

RealtimeAttempt::RealtimeAttempt(const ExchangeRequest& exchange, const AttemptPlanner::Try& tried,
                                 const ExchangeContext& context, std::size_t message_bytes_max, Duration since_start)
    : exchange_(exchange),
      tried_(tried),
      context_(context),
      health_(context.health.of(*tried.deployment)),
      started_(context.runtime.now()),
      timers_(exchange.plan.policies->timeouts, exchange.deadline, exchange.first_content_deadline, true, started_),
      first_bytes_max_(message_bytes_max + kAroundFirst),
      frames_(WebSocketFrames::From::server, message_bytes_max) {
    frames_.gather(true);
    record_.deployment = tried.deployment;
    record_.reason = tried.reason;
    record_.probe = tried.ticket.probe;
    record_.started = since_start;
}

void RealtimeAttempt::fail(Error&& error) {
    redact(error, exchange_.plan.binding(*tried_.deployment), credential_.get());
    if (credential_) other_credential_ = context_.credentials.report(*tried_.deployment, *credential_, error);
    record_.outcome = error.code_or_default();
    if (error.upstream) record_.upstream_status = error.upstream->status;
    error_ = std::move(error);
}

Task<RealtimeAttempt::Start> RealtimeAttempt::reach_first_event(CancelSource& client_gone) {
    credential_ = context_.credentials.choose(*tried_.deployment);
    if (!credential_ && !co_await take_credential(client_gone))
        co_return client_gone.requested() ? Start::stopped : Start::failed;
    Step step = Step::failed;
    if (co_await shake_hands(client_gone)) {
        const CancelScope scope(client_gone, *call_);
        do {
            BoxedResult<std::string_view> bytes = co_await call_->read_body(timers_.body());
            step = take_body(bytes);
        } while (step == Step::again);
    }
    if (step == Step::done) co_return Start::open;
    if (client_gone.requested()) co_return Start::stopped;
    co_return call_ ? Start::failed : Start::refused;
}

Task<bool> RealtimeAttempt::take_credential(CancelSource& client_gone) {
    auto fetched = co_await context_.credentials.fetch(*tried_.deployment, timers_.connect(), client_gone);
    if (fetched)
        credential_ = std::move(*fetched);
    else if (!client_gone.requested())
        fail(std::move(fetched.error()));
    co_return fetched.has_value();
}

Result<HttpRequest> RealtimeAttempt::prepare() {
    const ProviderBinding binding = exchange_.plan.binding(*tried_.deployment);
    Adaptations adapted;  // nothing is: events go through as they are
    auto request = make_upstream_request(*exchange_.operation, *tried_.deployment, *binding.provider,
                                         exchange_.plan.policies->adapt, *credential_, context_.runtime.wall_now(),
                                         adapted, decoder_);
    if (!request) return request;
    opening_ = std::exchange(request->body, std::string());
    key_ = add_handshake(request->headers, context_.rng);
    if (exchange_.trace != nullptr)
        record_.span_id = join_trace(*exchange_.trace, binding, request->headers, context_.rng);
    return request;
}

// Up to the head that accepts the handshake. Without a call, the deployment could not be asked.
Task<bool> RealtimeAttempt::shake_hands(CancelSource& client_gone) {
    Result<HttpRequest> request = prepare();
    if (!request) {
        fail(std::move(request.error()));
        co_return false;
    }
    call_ = context_.transport.open_session(*tried_.deployment);
    const CancelScope scope(client_gone, *call_);
    Result<void> sent = co_await call_->send(std::move(*request), timers_.connect(), exchange_.deadline);
    const TimePoint sent_at = context_.runtime.now();
    note_sent(sent);
    if (!sent) co_return false;
    Result<const HttpResponseHead*> head = co_await call_->read_head(timers_.head());
    if (take_head(head, sent_at)) {
        if (!opening_.empty()) co_await say_opening();
        co_return true;
    }
    if (refused_) co_await read_refusal();
    co_return false;
}

// A provider that does not take it has closed the session, and is heard next; or it is late.
Task<void> RealtimeAttempt::say_opening() {
    std::string frame;
    append_frame(frame, FrameKind::text, opening_, static_cast<std::uint32_t>(context_.rng.next()));
    std::string().swap(opening_);
    co_await call_->write_raw(frame, timers_.body());
}

void RealtimeAttempt::note_sent(Result<void>& sent) {
    const TimePoint now = context_.runtime.now();
    timers_.on_sent(now);
    if (sent || sent.error().kind == ErrorKind::cancelled) return;
    const bool expired = sent.error().kind == ErrorKind::upstream_timeout;
    fail(expired ? timers_.expired_connect(now, tried_.deployment->provider) : std::move(sent.error()));
}

bool RealtimeAttempt::take_head(Result<const HttpResponseHead*>& head, TimePoint sent) {
    const TimePoint now = context_.runtime.now();
    const std::string& provider = tried_.deployment->provider;
    if (!head) {
        if (head.error().kind == ErrorKind::cancelled) return false;
        const bool expired = head.error().kind == ErrorKind::upstream_timeout && timers_.head().passed(now);
        fail(expired ? timers_.expired_head(now, provider) : std::move(head.error()));
        return false;
    }
    record_.head = now - sent;
    record_.upstream_status = (*head)->status;
    read_ahead((*head)->headers, *tried_.deployment, *credential_, context_);
    if ((*head)->status == 101) {
        if (accepts_handshake(**head, key_)) return true;
        fail(Error(ErrorKind::upstream_invalid, "Provider " + provider + " broke the WebSocket handshake."));
        return false;
    }
    auto accepted = decoder_->on_head(**head);
    refused_ = accepted.has_value();
    if (!accepted) fail(std::move(accepted.error()));
    return false;
}

// What an answer of HTTP says about why there is no session.
Task<void> RealtimeAttempt::read_refusal() {
    Step step = Step::again;
    while (step == Step::again) {
        BoxedResult<std::string_view> bytes = std::string_view();
        if (!call_->body_ended()) bytes = co_await call_->read_body(timers_.body());
        step = take_refusal(bytes);
    }
}

RealtimeAttempt::Step RealtimeAttempt::take_refusal(BoxedResult<std::string_view>& bytes) {
    if (!bytes) {
        const bool late = bytes.error()->kind == ErrorKind::upstream_timeout;
        if (bytes.error()->kind == ErrorKind::cancelled) return Step::failed;
        fail(late ? timers_.expired_body(context_.runtime.now(), tried_.deployment->provider)
                  : std::move(*bytes.error()));
        return Step::failed;
    }
    NoContent nowhere;
    Result<void> read = bytes->empty() ? decoder_->on_end(nowhere) : decoder_->on_body(*bytes, nowhere);
    if (read && !bytes->empty()) return Step::again;
    fail(read ? Error(ErrorKind::upstream_invalid,
                      "Provider " + tried_.deployment->provider + " answered the handshake without opening a session.")
              : std::move(read.error()));
    return Step::failed;
}

RealtimeAttempt::Step RealtimeAttempt::take_body(BoxedResult<std::string_view>& bytes) {
    const TimePoint now = context_.runtime.now();
    const std::string& provider = tried_.deployment->provider;
    if (bytes && !bytes->empty()) return take_first(*bytes);
    if (bytes) {
        fail(Error(ErrorKind::upstream_truncated, "Provider " + provider + " hung up before its first event."));
        return Step::failed;
    }
    if (bytes.error()->kind == ErrorKind::cancelled) return Step::failed;
    const bool expired = bytes.error()->kind == ErrorKind::upstream_timeout && timers_.body().passed(now);
    fail(expired ? timers_.expired_body(now, provider) : std::move(*bytes.error()));
    return Step::failed;
}

RealtimeAttempt::Step RealtimeAttempt::take_first(std::string_view bytes) {
    const std::string& provider = tried_.deployment->provider;
    const std::size_t read = frames_.read(bytes, first_);
    const auto event = frames_.take_message();
    std::optional<Error> failure = event ? failure_in(*event) : std::nullopt;
    if (frames_.fault() != WebSocketFrames::Fault::none)
        failure = Error(ErrorKind::upstream_invalid, "Provider " + provider + " broke the WebSocket protocol.");
    if (!failure && first_.size() > first_bytes_max_)
        failure =
            Error(ErrorKind::upstream_invalid,
                  "Provider " + provider + " sent more up to its first event than `server.realtime.message` allows.");
    if (!event && frames_.closed()) failure = closed_at_once(provider, frames_);
    if (failure) {
        fail(std::move(*failure));
        return Step::failed;
    }
    if (!event) return Step::again;
    frames_.gather(false);
    frames_.read(bytes.substr(read), first_);
    const TimePoint now = context_.runtime.now();
    record_.first_content = std::max(Duration(now - started_), Duration(1));  // zero says that there was none
    context_.credentials.served(*tried_.deployment, *credential_);
    if (health_ != nullptr)
        health_->on_first_content(tried_.ticket, true, size_class(exchange_.plan.prompt_tokens), record_.first_content,
                                  now);
    return Step::done;
}

AttemptRecord RealtimeAttempt::take_record(std::string_view outcome) {
    if (!outcome.empty()) record_.outcome = outcome;
    if (call_) record_.connect = call_->timing().connect;
    record_.total = context_.runtime.now() - started_;
    return std::move(record_);
}

}  // namespace breakwater
