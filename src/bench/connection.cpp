#include "connection.hpp"

#include <utility>

namespace breakwater::bench {

namespace {

/// A connection that was silent for longer is looked at before it is used: servers close idle ones.
constexpr std::chrono::seconds kTrusted{1};
/// A closed loop would otherwise ask a dead server as fast as it can.
constexpr std::chrono::milliseconds kPauseAfterDeadConnection{50};

}  // namespace

Task<void> Connection::run() {
    now_ = shared_.worker.now();
    while (const auto ticket = co_await shared_.dispatcher.next(now_)) {
        co_await exchange(*ticket);
        if (shared_.plan.hold) break;
        if (std::exchange(pause_, false) && !open_loop()) {
            co_await shared_.worker.sleep_until(now_ + kPauseAfterDeadConnection, cut_);
            now_ = shared_.worker.now();
        }
    }
    stream_.reset();
    shared_.on_end();
}

void Connection::cut() noexcept {
    cut_.request();
    if (stream_) stream_->cancel();
}

Task<void> Connection::exchange(Ticket ticket) {
    reader_.begin();
    clock_.begin();
    first_token_.reset();
    const TimePoint idle_since = now_;
    if (open_loop()) now_ = shared_.worker.now();
    const Deadline deadline = Deadline::after(now_, shared_.plan.timeout);
    if (stream_ && now_ - idle_since > kTrusted && !stream_->idle_and_alive()) stream_.reset();
    if (!stream_) {
        const Failure failure = co_await shared_.connector.connect(stream_, deadline);
        now_ = shared_.worker.now();
        if (failure != Failure::none) co_return finish(failure, ticket);
        if (!open_loop()) ticket.intended = now_;
    }
    const IoStatus written = co_await stream_->write_all(shared_.plan.request, deadline);
    if (written == IoStatus::timed_out) co_return finish(Failure::timeout, ticket);
    if (written == IoStatus::cancelled) co_return finish(Failure::unfinished, ticket);
    shared_.recorder.bytes_out(shared_.plan.request.size());
    // A failed write is not the end: a server that refuses a request may answer before it has read it.
    finish(co_await read_answer(ticket.intended, deadline), ticket);
}

Task<Failure> Connection::read_answer(TimePoint start, Deadline deadline) {
    const std::span<char> buffer = shared_.worker.read_buffer();
    while (true) {
        // A stream that is held lasts longer than a request may.
        const bool held = shared_.plan.hold && clock_.started();
        const IoResult got = co_await stream_->read_some(buffer, held ? Deadline() : deadline);
        if (got.status == IoStatus::timed_out || got.status == IoStatus::cancelled) {
            now_ = shared_.worker.now();
            co_return got.status == IoStatus::timed_out ? Failure::timeout : Failure::unfinished;
        }
        shared_.recorder.bytes_in(got.bytes);
        const ResponseReader::Step step = got.status == IoStatus::ok
                                              ? reader_.feed(buffer.first(got.bytes))
                                              : reader_.end_of_connection(got.status == IoStatus::end);
        if (step.done || step.events > 0) now_ = shared_.worker.now();
        if (step.events > 0) take(step, start);
        if (step.done) co_return reader_.failure();
    }
}

void Connection::take(const ResponseReader::Step& step, TimePoint start) {
    Recorder& recorder = shared_.recorder;
    recorder.events(step.events);
    if (step.content_events == 0) return;
    if (!clock_.started()) first_token_ = now_ - start;
    clock_.record(step.content_events, now_, shared_.plan.pace, recorder.measuring() ? &recorder.spacing() : nullptr);
}

void Connection::finish(Failure failure, const Ticket& ticket) {
    if (!reader_.reusable()) stream_.reset();
    pause_ = failure == Failure::connect || failure == Failure::tls || failure == Failure::closed;
    if (failure == Failure::unfinished) {
        const bool flows = reader_.status() == 200 && reader_.failure() == Failure::none;
        if (shared_.plan.hold && flows) return shared_.recorder.held(first_token_);
        if (shared_.discard) return;
    }
    const Outcome outcome{
        .failure = failure, .status = reader_.status(), .latency = now_ - ticket.intended, .first_token = first_token_};
    shared_.recorder.finished(outcome, ticket.counts, reader_.error_text());
}

}  // namespace breakwater::bench
