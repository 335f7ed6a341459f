#include "breakwater/exchange/realtime_operation.hpp"

#include <optional>
#include <variant>

#include "breakwater/exchange/exchange.hpp"
#include "breakwater/ingress/google_live.hpp"
#include "client_answer.hpp"
#include "lane.hpp"
#include "place_wait.hpp"
#include "realtime_attempt.hpp"
#include "realtime_tunnel.hpp"

namespace breakwater {

namespace {

/// What lives as long as the request: plans attempts, and knows how they went.
class RealtimeExchange {
public:
    enum class Move : std::uint8_t { attempt, again, queue, wait, give_up };

    RealtimeExchange(const RealtimeOperation& operation, const ExchangeRequest& exchange, ClientStream& client,
                     const ExchangeContext& context, const config::Realtime& limits, ExchangeReport& report)
        : operation_(operation),
          exchange_(exchange),
          client_(client),
          context_(context),
          limits_(limits),
          report_(report),
          planner_(exchange.plan.candidates, *exchange.plan.policies, start_deadline(exchange),
                   surroundings(exchange, context)),
          answer_(client, exchange, report, context.runtime, context.runtime.now()),
          place_wait_(exchange, context, planner_, report) {}

    /// Sets what the move needs.
    Move plan() {
        AttemptPlanner::Step step = planner_.next(context_.runtime.now());
        if (const auto* next = std::get_if<AttemptPlanner::Try>(&step)) {
            report_.attempts_started = next->attempt;
            return start(*next);
        }
        if (const auto* wait = std::get_if<AttemptPlanner::Wait>(&step)) {
            wake_at_ = context_.runtime.now() + wait->delay;
            return place_wait_.begin(wake_at_, true) ? Move::queue : Move::wait;
        }
        if (place_wait_.begin(TimePoint::max(), false)) return Move::queue;
        place_wait_.leave();
        report_.attempts_started = planner_.attempts();
        report_.served = nullptr;
        auto& given_up = std::get<AttemptPlanner::GiveUp>(step);
        report_.retry = given_up.retry;
        error_ = std::move(given_up.error);
        return Move::give_up;
    }
    [[nodiscard]] RealtimeAttempt& attempt() noexcept { return *attempt_; }
    [[nodiscard]] TimePoint wake_at() const noexcept { return wake_at_; }
    [[nodiscard]] PlaceWait& place_wait() noexcept { return place_wait_; }
    /// False when the queue has refused the request.
    bool end_wait(QueueTurn::Wait how) { return place_wait_.end(how, error_); }

    /// True when there is a session.
    bool end_start(RealtimeAttempt::Start start) {
        const TimePoint now = context_.runtime.now();
        switch (start) {
            case RealtimeAttempt::Start::open:
                report_.served = attempt_->tried().deployment;
                return true;
            case RealtimeAttempt::Start::failed:
                planner_.on_failure(attempt_->tried(), attempt_->take_error(), now, attempt_->other_credential());
                break;
            case RealtimeAttempt::Start::refused:
                planner_.on_refusal(attempt_->tried(), attempt_->take_error(), now);
                break;
            case RealtimeAttempt::Start::stopped:
                if (attempt_->health() != nullptr) attempt_->health()->on_abandoned(attempt_->tried().ticket, now);
                break;
        }
        end_attempt(start != RealtimeAttempt::Start::stopped ? ""
                    : client_.gone().shut_down()             ? "server_shutting_down"
                                                             : "client_gone");
        return false;
    }
    /// Before the first event: nobody has been answered.
    Task<bool> say_farewell() {
        place_wait_.leave();
        co_return co_await answer_.error(shutting_down());
    }

    /// The client's handshake is accepted, and what the provider said first goes out with it.
    Task<ClientTunnel*> accept(HttpResponseHead&& head) {
        report_.status = head.status;
        report_.first_byte = std::max(Duration(context_.runtime.renew_now() - answer_.started()), Duration(1));
        exchange_.decorate(head, report_);
        report_.bytes_out = attempt_->first_bytes().size();
        return client_.switch_protocols(std::move(head), attempt_->first_bytes());
    }
    Task<void> relay(ClientTunnel& tunnel) {
        const std::string gone = std::move(attempt_->first_bytes());
        RealtimeTunnel session(tunnel, attempt_->call(), attempt_->frames(), limits_, context_,
                               attempt_->tried().deployment->provider, report_);
        co_await session.run(client_.gone());
        note_end(session);
    }
    void note_client_gone() {
        place_wait_.leave();
        report_.termination = Termination::client_gone;
        if (report_.status == 0) report_.status = 499;
        if (attempt_) end_attempt("client_gone");
    }
    Task<bool> answer_error() { return answer_.error(std::move(*error_)); }

private:
    Move start(const AttemptPlanner::Try& tried) {
        const Duration since_start = context_.runtime.now() - answer_.started();
        const Provider& provider = *exchange_.plan.binding(*tried.deployment).provider;
        if (Result<void> good = operation_.check(provider, *tried.deployment); !good) {
            refuse(tried, std::move(good.error()), since_start);
            return Move::again;
        }
        place_.emplace(context_.in_flight, *tried.deployment, place_wait_.called_for(tried));
        if (place_->entered()) {
            place_wait_.note_place();
            attempt_.emplace(exchange_, tried, context_, limits_.message, since_start);
            return Move::attempt;
        }
        place_wait_.note_busy(tried, since_start);
        return Move::again;
    }
    // A request that waits in the queue keeps its turn.
    void refuse(const AttemptPlanner::Try& tried, Error&& error, Duration since_start) {
        AttemptRecord record;
        record.deployment = tried.deployment;
        record.reason = tried.reason;
        record.probe = tried.ticket.probe;
        record.started = since_start;
        record.outcome = error.code_or_default();
        report_.attempts.push_back(std::move(record));
        planner_.on_refusal(tried, std::move(error), context_.runtime.now());
    }
    void end_attempt(std::string_view outcome) {
        report_.attempts.push_back(attempt_->take_record(outcome));
        attempt_.reset();
        place_.reset();
    }
    void note_end(RealtimeTunnel& session) {
        report_.error = session.take_error();
        report_.termination = session.client_left() ? Termination::client_gone
                              : report_.error       ? Termination::error_in_stream
                                                    : Termination::complete;
        DeploymentHealth* const health = attempt_->health();
        if (health != nullptr && session.upstream_failed()) {
            health->on_failure(attempt_->tried().ticket, *report_.error, true, exchange_.plan.policies->breaker,
                               context_.runtime.now(), context_.rng);
        }
        const bool failed = session.upstream_failed();
        end_attempt(failed ? report_.error->code_or_default() : session.client_left() ? "client_gone" : "ok");
    }

    const RealtimeOperation& operation_;
    const ExchangeRequest& exchange_;
    ClientStream& client_;
    const ExchangeContext& context_;
    const config::Realtime& limits_;
    ExchangeReport& report_;
    AttemptPlanner planner_;
    ClientAnswer answer_;
    PlaceWait place_wait_;
    std::optional<Place> place_;
    std::optional<RealtimeAttempt> attempt_;
    TimePoint wake_at_{};
    Boxed<Error> error_;
};

}  // namespace

// In OpenAI's dialect the request has no body; in Google's it is the first message.
Result<void> RealtimeOperation::decode(std::string& body, JsonReader& reader) {
    if (request_.dialect == SessionDialect::google) return decode_live_setup(body, reader, request_);
    return {};
}

Result<HttpRequest> RealtimeOperation::encode(const Provider& provider, const EncodeContext& context,
                                              std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.realtime(request_, context), decoder);
}

// The dialect is all that is asked about: the same question without what may be long, or is not there yet.
Result<void> RealtimeOperation::check(const Provider& provider, const Deployment& deployment) const {
    Adaptations adapted;
    const Secret nobody;
    const RealtimeRequest asked{.dialect = request_.dialect};
    auto call = provider.realtime(
        asked, {.deployment = deployment, .credential = nobody, .mode = config::AdaptMode::adapt, .adapted = adapted});
    if (!call) return std::unexpected(std::move(call.error()));
    return {};
}

std::unique_ptr<ResponseEncoder> RealtimeOperation::make_encoder(EncoderContext&& /*identity*/) const {
    return nullptr;
}

Task<void> RealtimeOperation::run(const ExchangeRequest& exchange, ClientStream& client, const ExchangeContext& context,
                                  ExchangeReport& report) {
    RealtimeExchange state(*this, exchange, client, context, limits_, report);
    bool open = false;
    while (!open && !client.gone().requested()) {
        switch (state.plan()) {
            case RealtimeExchange::Move::attempt:
                open = state.end_start(co_await state.attempt().reach_first_event(client.gone()));
                break;
            case RealtimeExchange::Move::again:
                break;
            case RealtimeExchange::Move::queue:
                if (state.end_wait(co_await state.place_wait().wait(client.gone()))) break;
                if (!co_await state.answer_error()) state.note_client_gone();
                co_return;
            case RealtimeExchange::Move::wait:
                co_await context.runtime.sleep_until(state.wake_at(), client.gone());
                break;
            case RealtimeExchange::Move::give_up:
                if (!co_await state.answer_error()) state.note_client_gone();
                co_return;
        }
    }
    if (!open && client.gone().shut_down() && co_await state.say_farewell()) co_return;
    std::string().swap(request_.setup);  // no attempt can follow, and the session may take an hour
    ClientTunnel* const tunnel = open ? co_await state.accept(std::move(accepted_)) : nullptr;
    if (tunnel == nullptr) {
        state.note_client_gone();
    } else {
        co_await state.relay(*tunnel);
    }
}

}  // namespace breakwater
