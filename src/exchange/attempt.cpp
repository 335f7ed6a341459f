#include "attempt.hpp"

#include "redaction.hpp"

#include <algorithm>

namespace breakwater {

Attempt::Attempt(const ExchangeRequest& exchange, const Deployment& deployment, ExchangeContext& context,
                 ClientStream& client, ClientAnswer& answer, ExchangeReport& report)
    : exchange_(exchange),
      deployment_(deployment),
      context_(context),
      client_(client),
      answer_(answer),
      report_(report),
      started_(context.runtime.now()),
      timers_(exchange.plan.policies->timeouts, exchange.deadline, exchange.first_content_deadline,
              exchange.request->stream, started_),
      last_content_(started_) {
    record_.deployment = &deployment;
}

bool Attempt::client_gone() const noexcept {
    return client_.gone().requested();
}

Attempt::End Attempt::fail(Error error) {
    redact(error, exchange_.plan.binding(deployment_));
    record_.outcome = error.code_or_default();
    if (error.upstream) record_.upstream_status = error.upstream->status;
    error_ = std::move(error);
    return End::failed;
}

Task<Attempt::End> Attempt::run() {
    End end = End::failed;
    const ProviderBinding binding = exchange_.plan.binding(deployment_);
    Result<HttpRequest> request = prepare(binding);
    if (!request) {
        fail(std::move(request.error()));
        end = End::refused;
    } else {
        const std::unique_ptr<UpstreamCall> call = context_.transport.open(deployment_);
        end = co_await converse(*call, *request);
        if (end == End::answered && guard_->ended() && !error_ && !call->body_ended()) co_await let_body_end(*call);
    }
    if (end == End::client_gone) record_.outcome = "client_gone";
    report_.attempts.push_back(record_);
    co_return end;
}

// Everything between the first byte to the provider and the last one to the client.
Task<Attempt::End> Attempt::converse(UpstreamCall& call, HttpRequest& request) {
    const CancelScope scope(client_.gone(), call);
    End end = End::failed;
    Result<void> opened = co_await open(call, request);
    if (opened) opened = co_await read_head(call);
    if (opened) {
        end = co_await relay(call);
    } else {
        end = client_gone() ? End::client_gone : fail(std::move(opened.error()));
    }
    record_.connect = call.timing().connect;
    record_.reused = call.timing().reused;
    record_.total = context_.runtime.now() - started_;
    co_return end;
}

// A stream ends for its dialect a moment before it ends for HTTP. The client has its answer already, and may even be
// gone; waiting for that moment lets the connection be used again, which spares the next request a handshake.
Task<void> Attempt::let_body_end(UpstreamCall& call) {
    constexpr std::chrono::milliseconds kMoment{20};
    const Deadline deadline = Deadline::after(context_.runtime.now(), kMoment);
    while (true) {
        const Result<std::string_view> rest = co_await call.read_body(deadline);
        if (!rest || rest->empty()) co_return;
    }
}

// Bends the request to the deployment and says it in the provider's words.
Result<HttpRequest> Attempt::prepare(const ProviderBinding& binding) {
    BentRequest bent(*exchange_.request);
    Adaptations adapted;
    const config::AdaptMode mode = exchange_.plan.policies->adapt;
    if (auto done = adapt_request(bent, deployment_.capabilities, deployment_.facts, mode, adapted); !done) {
        return std::unexpected(std::move(done.error()));
    }
    const EncodeContext encode{
        .deployment = deployment_, .credential = *binding.credential, .mode = mode, .adapted = adapted};
    Result<HttpRequest> request = binding.provider->encode(bent.get(), encode);
    if (!request) return request;

    decoder_ = binding.provider->make_decoder(bent.get(), deployment_);
    encoder_ = make_client_encoder(exchange_, deployment_.model, context_.runtime.wall_now());
    tap_.emplace(*encoder_);
    guard_.emplace(*tap_, context_.rng);
    report_.adapted = std::move(adapted);
    report_.served = &deployment_;
    return request;
}

Task<Result<void>> Attempt::open(UpstreamCall& call, HttpRequest& request) {
    Result<void> sent = co_await call.send(std::move(request), timers_.connect(), exchange_.deadline);
    const TimePoint now = context_.runtime.now();
    timers_.on_sent(now);
    if (!sent && sent.error().kind == ErrorKind::upstream_timeout) {
        co_return std::unexpected(timers_.expired_connect(now, deployment_.provider));
    }
    co_return sent;
}

Task<Result<void>> Attempt::read_head(UpstreamCall& call) {
    const TimePoint sent = context_.runtime.now();
    while (true) {
        const Deadline deadline = timers_.head();
        const Result<const HttpResponseHead*> head = co_await call.read_head(earliest(deadline, ping_due()));
        const TimePoint now = context_.runtime.now();
        if (head) {
            record_.head = now - sent;
            record_.upstream_status = (*head)->status;
            co_return decoder_->on_head(**head);
        }
        if (head.error().kind != ErrorKind::upstream_timeout || client_gone()) co_return std::unexpected(head.error());
        if (deadline.passed(now)) co_return std::unexpected(timers_.expired_head(now, deployment_.provider));
        // A time limit of the transport's own, as when a kept connection had died and no new one could be made in time.
        if (!ping_due().passed(now)) co_return std::unexpected(head.error());
        if (!co_await ping()) co_return std::unexpected(Error(ErrorKind::cancelled, "The client went away."));
    }
}

// Whole answers have no place for a ping.
Deadline Attempt::ping_due() const noexcept {
    return exchange_.request->stream ? Deadline::after(answer_.last_write(), exchange_.ping) : Deadline();
}

// Keeps idle proxies between us and the client from cutting a silent stream. The first ping sends the response head, so
// a failure after it goes in band; attempts can still be replaced.
Task<bool> Attempt::ping() {
    encoder_->ping();
    const bool written = co_await answer_.stream(*encoder_, encoder_->out());
    encoder_->out().clear();
    if (!written) client_.gone().request();
    co_return written;
}

Task<Result<std::string_view>> Attempt::read_body(UpstreamCall& call) {
    while (true) {
        const Deadline deadline = timers_.body();
        Result<std::string_view> bytes = co_await call.read_body(earliest(deadline, ping_due()));
        if (bytes) co_return bytes;
        if (bytes.error().kind != ErrorKind::upstream_timeout || client_gone()) co_return bytes;
        const TimePoint now = context_.runtime.now();
        if (deadline.passed(now)) co_return std::unexpected(timers_.expired_body(now, deployment_.provider));
        if (!ping_due().passed(now)) co_return bytes;
        if (!co_await ping()) co_return std::unexpected(Error(ErrorKind::cancelled, "The client went away."));
    }
}

// Feeds one read's bytes (or the end, when empty) through decoder, guard and encoder.
Result<void> Attempt::digest(std::string_view bytes) {
    Result<void> decoded = bytes.empty() ? decoder_->on_end(*guard_) : decoder_->on_body(bytes, *guard_);
    if (!decoded && !guard_->ended()) return decoded;
    if (std::optional<Error> fault = tap_->take_fault()) return std::unexpected(std::move(*fault));
    return {};
}

void Attempt::note_content(TimePoint now) {
    const std::uint64_t events = guard_->content_events();
    if (events == content_seen_) return;
    if (content_seen_ == 0) {
        record_.first_content = now - started_;
    } else {
        report_.max_gap = std::max(report_.max_gap, now - last_content_);
    }
    report_.events = events;
    content_seen_ = events;
    last_content_ = now;
    timers_.on_progress(now);
}

Task<Attempt::End> Attempt::relay(UpstreamCall& call) {
    while (true) {
        Result<std::string_view> bytes = co_await read_body(call);
        if (client_gone()) co_return End::client_gone;
        Result<void> digested = bytes ? digest(*bytes) : Result<void>(std::unexpected(std::move(bytes.error())));
        // The end nearly always comes with the last bytes, and needs no read of its own.
        if (bytes && digested && !bytes->empty() && call.body_ended() && !guard_->ended()) digested = digest({});
        if (bytes) {
            note_content(context_.runtime.now());
            if (!exchange_.request->stream) timers_.on_progress(context_.runtime.now());
        }
        report_.usage = tap_->usage();
        report_.finish = tap_->finish();
        if (!digested) {
            const End failed = fail(std::move(digested.error()));
            if (!committed_) co_return failed;
            // What was decoded before the failure is the client's, and so is the truth about the end (C3).
            if (!encoder_->out().empty() && !co_await answer_.stream(*encoder_, encoder_->out()))
                co_return End::client_gone;
            co_return co_await answer_.error(*error_) ? End::answered : End::client_gone;
        }
        if (!has_news()) continue;
        if (const std::optional<End> end = co_await flush()) co_return *end;
    }
}

// There is something to hand to the client: the end, or content of a stream and what goes with it.
bool Attempt::has_news() const noexcept {
    if (guard_->ended()) return true;
    return exchange_.request->stream && guard_->content_seen() && !encoder_->out().empty();
}

// Hands what the encoder has to the client; an End when the answer is complete or the client is gone.
Task<std::optional<Attempt::End>> Attempt::flush() {
    std::string& out = encoder_->out();
    bool written = true;
    if (guard_->ended()) {
        record_.outcome = "ok";
        report_.termination = Termination::complete;
        written = exchange_.request->stream ? co_await answer_.finish_stream(*encoder_, out)
                                            : co_await answer_.whole(*encoder_, out);
        co_return written ? End::answered : End::client_gone;
    }
    committed_ = true;
    written = co_await answer_.stream(*encoder_, out);
    out.clear();
    if (!written) co_return End::client_gone;
    co_return std::nullopt;
}

}  // namespace breakwater
