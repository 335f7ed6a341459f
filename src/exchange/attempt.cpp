#include "attempt.hpp"

#include "breakwater/exchange/upstream_request.hpp"
#include "held_answer.hpp"
#include "read_ahead.hpp"
#include "redaction.hpp"
#include "spare_room.hpp"

#include <algorithm>
#include <utility>

namespace breakwater {

Attempt::Attempt(const ExchangeRequest& exchange, const AttemptPlanner::Try& tried, const ExchangeContext& context,
                 ClientStream& client, ClientAnswer& answer, ExchangeReport& report, Recovery* recovery)
    : exchange_(exchange),
      operation_(recovery != nullptr ? recovery->operation() : *exchange.operation),
      tried_(tried),
      context_(context),
      client_(client),
      answer_(answer),
      report_(report),
      health_(context.health.of(*tried.deployment)),
      started_(context.runtime.now()),
      asked_(started_),
      timers_(exchange.plan.policies->timeouts, exchange.deadline,
              recovery != nullptr ? Deadline() : exchange.first_content_deadline, exchange.stream, started_),
      last_content_(started_),
      stream_(exchange.stream),
      held_(stream_ && exchange.plan.policies->after_commit.front() == config::AfterCommit::hold),
      recovering_(recovery != nullptr),
      completable_(may_be_completed(exchange)),
      relays_(operation_.relays()) {
    if (recovering_) {
        UnfinishedAnswer unfinished = recovery->lend(*tried.deployment);
        encoder_ = std::move(unfinished.encoder);
        join_ = std::move(unfinished.join);
    }
    record_.deployment = tried.deployment;
    record_.reason = tried.reason;
    record_.probe = tried.ticket.probe;
    record_.started = started_ - answer.started();
}

void Attempt::fail(Error&& error) {
    redact(error, exchange_.plan.binding(*tried_.deployment), credential_.get());
    // The client of a relay chose the path and the header fields: a refusal may be of its own making.
    if (credential_ && !relays_)
        other_credential_ = context_.credentials.report(*tried_.deployment, *credential_, error);
    record_.outcome = error.code_or_default();
    if (error.upstream) record_.upstream_status = error.upstream->status;
    error_ = std::move(error);
}

Task<Attempt::Start> Attempt::reach_content(CancelSource& stop) {
    stop_ = &stop;
    bool content = false;
    if (co_await begin()) {
        const CancelScope scope(stop, *call_);
        bool reading = true;
        while (reading) {
            BoxedResult<std::string_view> bytes = co_await call_->read_body(earliest(timers_.body(), ping_due()));
            switch (take_body(bytes)) {
                case Step::read:
                    break;
                case Step::ping:
                    reading = co_await ping();
                    break;
                case Step::write:
                    content = true;
                    reading = false;
                    break;
                case Step::failed:
                    content = has_part_to_write();
                    reading = false;
                    break;
            }
        }
    }
    co_return end_start(content);
}

Attempt::Start Attempt::end_start(bool content) {
    if (content) {
        note_success();
        return Start::content;
    }
    const Start end = stopped() ? Start::stopped : call_ || !credential_ ? Start::failed : Start::refused;
    if (end == Start::stopped) {
        end_record(client_.gone().shut_down()   ? "server_shutting_down"
                   : client_.gone().requested() ? "client_gone"
                                                : "outrun");
        note_stop();
    } else {
        end_record({});
    }
    return end;
}

Task<Attempt::End> Attempt::relay() {
    stop_ = &client_.gone();
    note_served();
    std::optional<End> end;
    if (!error_) end = co_await flush();
    {
        const CancelScope scope(client_.gone(), *call_);
        while (!end) {
            Step step = Step::failed;
            // Who has left during a write has told nobody.
            if (!error_ && !client_.gone().requested()) {
                BoxedResult<std::string_view> bytes = co_await call_->read_body(earliest(timers_.body(), ping_due()));
                step = take_body(bytes);
            }
            switch (step) {
                case Step::read:
                    break;
                case Step::ping:
                    if (!co_await ping()) end = End::client_gone;
                    break;
                case Step::write:
                    end = co_await flush();
                    break;
                case Step::failed:
                    end = co_await break_off();
                    break;
            }
        }
    }
    if (end == End::answered && guard_->ended() && !error_ && !call_->body_ended()) co_await let_body_end();
    end_record(end == End::client_gone ? "client_gone" : std::string_view());
    co_return *end;
}

// There is nothing to go back to once what completes an answer has reached the client's encoder.
bool Attempt::has_part_to_write() noexcept {
    return recovering_ && error_ && !encoder_->out().empty();
}

void Attempt::drop() {
    end_record("outrun");
}

// Everything from the request to the head of the answer. Without a call, the deployment could not be asked.
Task<bool> Attempt::begin() {
    credential_ = context_.credentials.choose(*tried_.deployment);
    if (!credential_ && !co_await take_credential()) co_return false;
    Result<HttpRequest> request = prepare();
    if (!request) {
        fail(std::move(request.error()));
        co_return false;
    }
    call_ = context_.transport.open(*tried_.deployment);
    const CancelScope scope(*stop_, *call_);
    if (exchange_.upload != nullptr) co_return co_await send_upload(std::move(*request));
    Result<void> sent = co_await call_->send(std::move(*request), timers_.connect(), exchange_.deadline);
    co_return note_sent(sent) && co_await read_head();
}

// A token that is not there yet is waited for as for a connection.
Task<bool> Attempt::take_credential() {
    auto fetched = co_await context_.credentials.fetch(*tried_.deployment, timers_.connect(), *stop_);
    co_return note_credential(fetched);
}

bool Attempt::note_credential(Result<std::shared_ptr<const Credential>>& fetched) {
    if (fetched) {
        credential_ = std::move(*fetched);
        return true;
    }
    if (!stopped()) fail(std::move(fetched.error()));
    return false;
}

// A stream ends for its dialect a moment before it ends for HTTP. The client has its answer already, and may even be
// gone; waiting for that moment lets the connection be used again, which spares the next request a handshake.
Task<void> Attempt::let_body_end() {
    constexpr std::chrono::milliseconds kMoment{30};
    constexpr std::size_t kRestBytesMax = 64u << 10;
    std::size_t bytes = 0;
    const Deadline deadline = Deadline::after(context_.runtime.now(), kMoment);
    while (true) {
        const BoxedResult<std::string_view> rest = co_await call_->read_body(deadline);
        if (!rest || rest->empty()) co_return;
        bytes += rest->size();
        if (bytes > kRestBytesMax || deadline.passed(context_.runtime.now())) co_return;
    }
}

// Bends the request to the deployment and says it in the provider's words.
Result<HttpRequest> Attempt::prepare() {
    const ProviderBinding binding = exchange_.plan.binding(*tried_.deployment);
    const WallTime now = context_.runtime.wall_now();
    Result<HttpRequest> request =
        make_upstream_request(operation_, *tried_.deployment, *binding.provider, exchange_.plan.policies->adapt,
                              *credential_, now, adapted_, decoder_);
    if (!request) return request;
    if (exchange_.trace != nullptr)
        record_.span_id = join_trace(*exchange_.trace, binding, request->headers, context_.rng);

    if (decoder_->comes_whole()) timers_.expect_whole();
    if (!encoder_) encoder_ = make_client_encoder(exchange_, tried_.deployment->model, now);
    tap_.emplace(answer_sink(), facts_);
    guard_.emplace(*tap_, context_.rng);
    return request;
}

// What the client gets is remembered only where another attempt may have to complete it.
EventSink& Attempt::answer_sink() {
    if (completable_ && !join_) join_ = std::make_unique<AnswerJoin>(*encoder_);
    return join_ ? static_cast<EventSink&>(*join_) : *encoder_;
}

bool Attempt::note_sent(Result<void>& sent) {
    const TimePoint now = context_.runtime.now();
    timers_.on_sent(now);
    if (sent) return true;
    if (stopped()) return false;
    const bool expired = sent.error().kind == ErrorKind::upstream_timeout;
    fail(expired ? timers_.expired_connect(now, tried_.deployment->provider) : std::move(sent.error()));
    return false;
}

Task<bool> Attempt::read_head() {
    const TimePoint sent = context_.runtime.now();
    while (true) {
        Result<const HttpResponseHead*> head = co_await call_->read_head(earliest(timers_.head(), ping_due()));
        const Step step = take_head(head, sent);
        if (step != Step::ping) co_return step == Step::read;
        if (!co_await ping()) co_return false;
    }
}

Attempt::Step Attempt::take_head(Result<const HttpResponseHead*>& head, TimePoint sent) {
    const TimePoint now = context_.runtime.now();
    if (head) {
        record_.head = now - sent;
        record_.upstream_status = (*head)->status;
        if (!relays_) read_ahead((*head)->headers, *tried_.deployment, *credential_, context_);
        if (auto accepted = decoder_->on_head(**head))
            return Step::read;
        else
            fail(std::move(accepted.error()));
        return Step::failed;
    }
    if (stopped()) return Step::failed;
    if (head.error().kind == ErrorKind::upstream_timeout) {
        if (timers_.head().passed(now)) {
            fail(timers_.expired_head(now, tried_.deployment->provider));
            return Step::failed;
        }
        if (ping_due().passed(now)) return Step::ping;
    }
    // Or a time limit of the transport's own, as when a kept connection had died and no new one could be made in time.
    fail(std::move(head.error()));
    return Step::failed;
}

// Whole answers have no place for a ping.
Deadline Attempt::ping_due() const noexcept {
    return stream_ ? Deadline::after(std::max(answer_.last_write(), pings_checked_), exchange_.ping) : Deadline();
}

// Keeps idle proxies between us and the client from cutting a silent stream. The first ping sends the response head, so
// a failure after it goes in band; attempts can still be replaced.
Task<bool> Attempt::ping() {
    if (quiet_) {
        pings_checked_ = context_.runtime.now();
        co_return true;
    }
    // What was decoded before stays where it is: nobody knows yet whether it will be the answer.
    std::string& out = encoder_->out();
    const std::size_t kept = out.size();
    encoder_->ping();
    // A dialect without pings: a head alone would only take away the choice of another status.
    if (out.size() == kept) {
        pings_checked_ = context_.runtime.now();
        co_return true;
    }
    if (!recovering_) note_served();
    const bool written = co_await answer_.stream(*encoder_, std::string_view(out).substr(kept));
    out.resize(kept);
    if (!written) client_.gone().request();
    co_return written;
}

// Feeds one read's bytes (or the end, when empty), or the last ones and the end, through decoder, guard and encoder.
Result<void> Attempt::digest(std::string_view bytes, bool last) {
    Result<void> decoded = last            ? decoder_->on_last(bytes, *guard_)
                           : bytes.empty() ? decoder_->on_end(*guard_)
                                           : decoder_->on_body(bytes, *guard_);
    if (!decoded && !guard_->ended()) return decoded;
    if (join_ && join_->diverged()) return std::unexpected(diverged_from_sent(tried_.deployment->provider));
    if (Boxed<Error> fault = tap_->take_fault()) return std::unexpected(std::move(*fault));
    return {};
}

Result<void> Attempt::digest_read(std::string_view bytes) {
    std::string& out = encoder_->out();
    take_spare_room(out);
    // The end nearly always comes with the last bytes, and needs no read of its own. Whether an answer departs from
    // what another has begun is asked before its end is, which may be a failure.
    const bool last = !bytes.empty() && call_->body_ended();
    Result<void> digested = digest(bytes, last && !join_);
    if (digested && last && join_ && !guard_->ended()) digested = digest({}, false);
    if (out.empty()) give_back_room(out);
    return digested;
}

void Attempt::note_content(TimePoint now) {
    const std::uint64_t events = guard_->content_events();
    if (events == content_seen_) return;
    if (content_seen_ == 0) {
        record_.first_content = std::max(Duration(now - asked_), Duration(1));  // zero says that there was none
    } else {
        report_.max_gap = std::max(report_.max_gap, now - last_content_);
        if (stream_ && health_ != nullptr) health_->on_gap(now - last_content_, now);
    }
    report_.events = join_ ? join_->passed() : events;
    content_seen_ = events;
    last_content_ = now;
    timers_.on_progress(now);
}

Attempt::Step Attempt::take_body(BoxedResult<std::string_view>& bytes) {
    if (stopped()) return Step::failed;
    const TimePoint now = context_.runtime.now();
    if (!bytes) {
        const bool late = bytes.error()->kind == ErrorKind::upstream_timeout;
        const bool expired = late && timers_.body().passed(now);
        if (late && !expired && ping_due().passed(now)) return Step::ping;
        fail(expired ? timers_.expired_body(now, tried_.deployment->provider) : std::move(*bytes.error()));
        return Step::failed;
    }
    Result<void> digested = digest_read(*bytes);
    note_content(now);
    timers_.on_read(now);
    if (digested && held_) digested = check_held(encoder_->out().size());
    if (digested) return has_news() ? Step::write : Step::read;
    fail(std::move(digested.error()));
    return Step::failed;
}

// The answer cannot go on. What was decoded before is the client's, and so is the truth about the end (C3).
Task<Attempt::End> Attempt::break_off() {
    if (!error_ && client_.gone().shut_down()) note_shutdown();
    if (!error_) co_return End::client_gone;
    note_late_failure();
    if (join_) {
        std::string& out = encoder_->out();
        if (!out.empty() && !co_await answer_.stream(*encoder_, out)) co_return End::client_gone;
        give_back_room(out);
        co_return End::broken;
    }
    // Some dialects hold back what began the answer, so that none of it is out.
    const bool begun = answer_.head_sent() || !encoder_->out().empty();
    co_return co_await (begun ? answer_.break_off(*encoder_, std::move(*error_)) : answer_.error(std::move(*error_)))
        ? End::answered
        : End::client_gone;
}

// There is something to hand to the client: the end, or content of a stream and what goes with it.
bool Attempt::has_news() const noexcept {
    if (guard_->ended()) return true;
    return stream_ && !held_ && guard_->content_seen() && !encoder_->out().empty();
}

// Hands what the encoder has to the client; an End when the answer is complete or the client is gone.
Task<std::optional<Attempt::End>> Attempt::flush() {
    std::string& out = encoder_->out();
    bool written = true;
    if (guard_->ended()) {
        note_complete();
        written = stream_ ? co_await answer_.finish_stream(*encoder_, out) : co_await answer_.whole(*encoder_, out);
        give_back_room(out);
        co_return written ? End::answered : End::client_gone;
    }
    if (!completable_ && !std::exchange(committed_, true) && exchange_.committed) exchange_.committed();
    written = co_await answer_.stream(*encoder_, out);
    give_back_room(out);
    if (!written) co_return End::client_gone;
    co_return std::nullopt;
}

}  // namespace breakwater
