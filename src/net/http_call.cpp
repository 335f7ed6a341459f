#include <utility>

#include "answer_watch.hpp"
#include "breakwater/net/chunked.hpp"
#include "breakwater/net/upstream.hpp"
#include "breakwater/net/worker.hpp"
#include "http_head.hpp"
#include "outgoing_rest.hpp"
#include "request_writer.hpp"

namespace breakwater {

namespace {

class HttpCall final : public UpstreamCall, private EarlyAnswer {
public:
    HttpCall(Worker& worker, UpstreamPool& pool, const UpstreamEndpoint& endpoint, bool session)
        : worker_(worker), pool_(pool), endpoint_(endpoint), session_(session) {}
    ~HttpCall() override {
        // A cancelled stream stays cancelled: the next request on it would end before it began.
        const bool sent = !rest_ || rest_->complete();
        if (stream_ && body_ended_ && reusable_ && sent && !cancelled_) pool_.give_back(endpoint_, std::move(stream_));
    }

    Task<Result<void>> send(HttpRequest&& request, Deadline connect, Deadline write) override;
    Task<Result<void>> send_start(HttpRequest&& request, std::optional<std::uint64_t> rest, Deadline connect,
                                  Deadline write) override;
    Task<bool> write_rest(std::string_view bytes, bool last, Deadline deadline) override;
    void watch_answer(Cancellable& waiting) override;
    [[nodiscard]] bool answers() const noexcept override { return watch_ && watch_->answers(); }
    Task<Result<const HttpResponseHead*>> read_head(Deadline deadline) override;
    Task<BoxedResult<std::string_view>> read_body(Deadline deadline) override;
    Task<bool> write_raw(std::string_view bytes, Deadline deadline) override;
    [[nodiscard]] bool body_ended() const noexcept override { return body_ended_; }
    [[nodiscard]] UpstreamTiming timing() const noexcept override { return timing_; }

    void cancel() noexcept override {
        cancelled_ = true;
        if (connecting_ != nullptr) {
            connecting_->cancel();
        } else if (stream_) {
            stream_->cancel();
        }
    }

private:
    Task<Result<void>> connect_fresh(Deadline deadline);
    Stream::Write write_request() noexcept;
    Task<bool> write_waiting(Deadline deadline);
    Result<void> note_written(IoStatus status) const;
    Task<Result<void>> replace_stale_connection();
    void keep_request(HttpRequest&& request);
    void join_shorter();
    void forget_request();
    void forget_fields();
    bool take_early_answer() override;
    Result<bool> take_head(std::string_view bytes);
    Result<bool> take_heads(std::string_view received);
    Result<const HttpResponseHead*> judge_coding();
    std::span<char> take_pending();
    std::string_view take_body(std::span<char> bytes, bool& broken);
    void end_body(bool clean);
    Error io_error(IoStatus status, const char* during) const;
    BoxedResult<std::string_view> body_failure(IoStatus status) const;

    Worker& worker_;
    UpstreamPool& pool_;
    const UpstreamEndpoint& endpoint_;
    std::unique_ptr<Stream> stream_;
    Cancellable* connecting_ = nullptr;
    std::string request_head_;  // kept while the request may have to be sent once more
    std::string request_body_;
    Boxed<SharedTail> request_tail_;
    std::unique_ptr<OutgoingRest> rest_;  // null unless the request's body goes on
    std::unique_ptr<AnswerWatch> watch_;  // while the rest is on the way
    Duration connect_span_{0};            // how long connecting may take, for a second connection too
    Deadline write_deadline_;
    UpstreamTiming timing_;
    std::unique_ptr<Result<bool>> early_;  // what `take_head` said of an answer that came before its request was whole
    std::string pending_;                  // head bytes so far, then body bytes that came with the head
    bool handed_ = false;                  // the caller reads what is pending
    bool answer_begun_ = false;
    ResponseHead head_;  // its fields until the body is read
    ChunkedDecoder chunks_;
    std::uint64_t body_left_ = 0;
    bool body_ended_ = false;
    bool reusable_ = false;
    bool cancelled_ = false;
    bool session_;  // the request asks to leave HTTP
};

Error HttpCall::io_error(IoStatus status, const char* during) const {
    switch (status) {
        case IoStatus::timed_out:
            return Error(ErrorKind::upstream_timeout, endpoint_.name + " was silent for too long.");
        case IoStatus::cancelled:
            return Error(ErrorKind::cancelled, "The client went away.");
        case IoStatus::ok:
        case IoStatus::would_block:
        case IoStatus::end:
        case IoStatus::failed:
            break;
    }
    Error error(ErrorKind::upstream_truncated,
                "The connection to provider " + endpoint_.name + " was lost while " + during + ".");
    error.code = "upstream_connection_lost";
    return error;
}

Task<Result<void>> HttpCall::connect_fresh(Deadline deadline) {
    if (cancelled_) co_return fail(ErrorKind::cancelled, "The client went away.");
    const TimePoint started = worker_.now();
    auto connected = co_await pool_.connect(endpoint_, deadline, connecting_);
    timing_.connect += worker_.now() - started;
    timing_.reused = false;
    if (cancelled_) co_return fail(ErrorKind::cancelled, "The client went away.");
    if (!connected) co_return std::unexpected(std::move(connected.error()));
    stream_ = std::move(*connected);
    co_return Result<void>();
}

Stream::Write HttpCall::write_request() noexcept {
    if (!request_tail_ || rest_) return stream_->write_all(request_head_, request_body_, {}, write_deadline_);
    if (request_tail_->after.empty())
        return stream_->write_all(request_head_, request_body_, request_tail_->view(), write_deadline_);
    return stream_->write_all(request_head_, request_tail_->view(), request_tail_->after, write_deadline_);
}

Result<void> HttpCall::note_written(IoStatus status) const {
    if (status != IoStatus::ok) return std::unexpected(io_error(status, "the request was being sent"));
    return {};
}

Task<Result<void>> HttpCall::send(HttpRequest&& request, Deadline connect, Deadline write) {
    // Only on a reused connection can it stay open whether the provider had the request.
    if (!session_ && !request.once && !rest_) stream_ = pool_.take(endpoint_);
    keep_request(std::move(request));
    connect_span_ = connect.left(worker_.now());
    write_deadline_ = write;
    timing_.reused = stream_ != nullptr;
    if (!stream_) {
        if (auto connected = co_await connect_fresh(connect); !connected) co_return connected;
    }
    const IoStatus status = co_await write_request();
    if (status != IoStatus::ok && timing_.reused && !cancelled_) co_return co_await replace_stale_connection();
    if (!timing_.reused && !rest_) forget_request();
    co_return note_written(status);
}

void HttpCall::keep_request(HttpRequest&& request) {
    HttpRequest taken = std::move(request);  // what is not kept ends here
    request_head_ = write_request_head(taken, endpoint_, session_, rest_.get());
    request_body_ = std::move(taken.body);
    request_tail_ = std::move(taken.tail);
    if (request_tail_ && !request_tail_->after.empty()) join_shorter();
    // The tail of what goes on is not closed by anything.
    if (rest_ && request_tail_) rest_->begin(request_tail_->view());
}

// What goes out has three pieces at most, and such a tail is two of them: the shorter of body and tail is copied.
void HttpCall::join_shorter() {
    if (request_body_.size() <= request_tail_->bytes()) {
        request_head_.append(std::exchange(request_body_, {}));
        return;
    }
    request_body_.append(request_tail_->view()).append(request_tail_->after);
    request_tail_.reset();
}

Task<Result<void>> HttpCall::send_start(HttpRequest&& request, std::optional<std::uint64_t> rest, Deadline connect,
                                        Deadline write) {
    rest_ = std::make_unique<OutgoingRest>(rest);
    return send(std::move(request), connect, write);
}

Task<bool> HttpCall::write_rest(std::string_view bytes, bool last, Deadline deadline) {
    if (!co_await write_waiting(deadline)) co_return false;
    rest_->add(bytes, last);
    const bool written = co_await write_waiting(deadline);
    if (rest_->complete()) forget_request();
    co_return written;
}

Task<bool> HttpCall::write_waiting(Deadline deadline) {
    const auto [first, second, third] = rest_->waiting();
    auto write = stream_->write_all(first, second, third, deadline);
    if (watch_) watch_->set_writing(true);
    const IoStatus status = co_await write;
    if (watch_) watch_->set_writing(false);
    rest_->keep(write.left());
    co_return status == IoStatus::ok;
}

void HttpCall::watch_answer(Cancellable& waiting) {
    EarlyAnswer& answer = *this;
    watch_ = std::make_unique<AnswerWatch>(*stream_, answer, waiting);
}

// An end is left to the next look.
bool HttpCall::take_early_answer() {
    while (true) {
        const IoResult read = stream_->try_read(worker_.read_buffer());
        if (read.status != IoStatus::ok) return false;
        answer_begun_ = true;
        Result<bool> complete = take_head({worker_.read_buffer().data(), read.bytes});
        if (complete && !*complete) continue;
        early_ = std::make_unique<Result<bool>>(std::move(complete));
        return true;
    }
}

// Assigning an empty string would keep the room.
void HttpCall::forget_request() {
    std::string().swap(request_head_);
    std::string().swap(request_body_);
    request_tail_.reset();
}

// The provider closed a kept-alive connection just as we used it. Nothing of an answer has come, so the request is sent
// once more on a fresh connection; this is not a retry of a failed attempt and costs no budget.
Task<Result<void>> HttpCall::replace_stale_connection() {
    const Deadline deadline = earliest(write_deadline_, Deadline::after(worker_.now(), connect_span_));
    if (auto connected = co_await connect_fresh(deadline); !connected) co_return connected;
    co_return note_written(co_await write_request());
}

// Reads the head out of what has come; true when it is complete. What is behind it is kept.
Result<bool> HttpCall::take_head(std::string_view bytes) {
    // Nearly always the head comes in one piece, and is read where it lies.
    if (pending_.empty()) return take_heads(bytes);
    pending_.append(bytes);
    const std::string received = std::move(pending_);
    pending_.clear();
    return take_heads(received);
}

// Passes over heads of interim responses.
Result<bool> HttpCall::take_heads(std::string_view received) {
    while (true) {
        head_ = {};
        Result<bool> complete = read_response_head(received, head_);
        if (!complete) return complete;
        if (!*complete) {
            pending_ = std::string(received);
            return false;
        }
        received.remove_prefix(head_.head_bytes);
        if (head_.head.status == 101 && session_) {
            pending_ = std::string(received);
            head_.chunked = false;  // what follows has no framing of HTTP's
            head_.content_length.reset();
            return true;
        }
        if (head_.head.status == 101)
            return fail(ErrorKind::upstream_invalid, "The provider switched protocols, which nobody asked for.");
        if (head_.head.status >= 200) break;
    }
    pending_ = std::string(received);
    reusable_ = head_.keep_alive && (head_.chunked || head_.content_length);
    body_left_ = head_.content_length.value_or(0);
    const bool bodiless =
        head_.head.status == 204 || head_.head.status == 304 || (head_.content_length && body_left_ == 0);
    if (bodiless) end_body(true);
    return true;
}

Task<Result<const HttpResponseHead*>> HttpCall::read_head(Deadline deadline) {
    watch_.reset();
    if (const auto early = std::move(early_)) {
        if (!*early) co_return std::unexpected(std::move(early->error()));
        co_return judge_coding();
    }
    while (true) {
        const IoResult read = co_await stream_->read_once(worker_.read_buffer(), deadline);
        if (read.status == IoStatus::would_block) continue;
        if (read.status != IoStatus::ok) {
            const bool lost = read.status == IoStatus::end || read.status == IoStatus::failed;
            if (lost && timing_.reused && !answer_begun_) {
                if (auto replaced = co_await replace_stale_connection(); !replaced)
                    co_return std::unexpected(std::move(replaced.error()));
                continue;
            }
            co_return std::unexpected(io_error(read.status, "its answer was awaited"));
        }
        if (!std::exchange(answer_begun_, true) && !rest_) forget_request();
        Result<bool> complete = take_head({worker_.read_buffer().data(), read.bytes});
        if (!complete) co_return std::unexpected(std::move(complete.error()));
        if (*complete) co_return judge_coding();
    }
}

// Identity was asked for, and nothing is unpacked, so that no answer can become a thousand times as large. Of a failure
// the status is worth more than its words, which are left unread.
Result<const HttpResponseHead*> HttpCall::judge_coding() {
    if (!head_.coded || body_ended_) return &head_.head;
    body_ended_ = true;
    reusable_ = false;
    if (head_.head.status < 400)
        return fail(ErrorKind::upstream_invalid,
                    "Provider " + endpoint_.name + " compressed its answer, which it was asked not to do.");
    return &head_.head;
}

void HttpCall::end_body(bool clean) {
    body_ended_ = true;
    // Bytes after the end of the message would be read as the next answer: such a connection is not used again.
    reusable_ = reusable_ && clean && (handed_ || pending_.empty());
}

// Removes the framing from what one read brought.
std::string_view HttpCall::take_body(std::span<char> bytes, bool& broken) {
    if (head_.chunked) {
        const ChunkedDecoder::Step step = chunks_.decode(bytes);
        broken = step.failed;
        if (chunks_.done()) end_body(step.consumed == bytes.size());
        return {bytes.data(), step.body_bytes};
    }
    if (head_.content_length) {
        const std::size_t mine = static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, bytes.size()));
        body_left_ -= mine;
        if (body_left_ == 0) end_body(mine == bytes.size());
        return {bytes.data(), mine};
    }
    return {bytes.data(), bytes.size()};
}

// Assigning an empty one would keep the room.
void HttpCall::forget_fields() {
    const Headers gone = std::move(head_.head.headers);
    head_.head.headers.clear();
}

// What came with the head. Nobody needs the head's fields any more, nor what was handed out before.
std::span<char> HttpCall::take_pending() {
    if (head_.head.headers.size() > 0) forget_fields();
    if (handed_) std::string().swap(pending_);
    handed_ = !pending_.empty();
    return pending_;
}

// Errors are made outside of the coroutine, whose frame would have room for them while it waits.
BoxedResult<std::string_view> HttpCall::body_failure(IoStatus status) const {
    if (status != IoStatus::ok) return std::unexpected(io_error(status, "its answer was being read"));
    return fail(ErrorKind::upstream_invalid,
                "The answer of provider " + endpoint_.name + " breaks the chunked coding.");
}

Task<BoxedResult<std::string_view>> HttpCall::read_body(Deadline deadline) {
    while (!body_ended_) {
        std::span<char> bytes = take_pending();
        if (bytes.empty()) {
            const IoResult read = co_await stream_->read_once(worker_.read_buffer(), deadline);
            if (read.status == IoStatus::would_block) continue;
            if (read.status == IoStatus::end && !head_.chunked && !head_.content_length) {
                end_body(false);
                break;
            }
            if (read.status != IoStatus::ok) co_return body_failure(read.status);
            bytes = worker_.read_buffer().first(read.bytes);
        }
        bool broken = false;
        const std::string_view body = take_body(bytes, broken);
        if (broken) co_return body_failure(IoStatus::ok);
        if (!body.empty()) co_return body;
    }
    co_return std::string_view();
}

Task<bool> HttpCall::write_raw(std::string_view bytes, Deadline deadline) {
    co_return co_await stream_->write_all(bytes, deadline) == IoStatus::ok;
}

}  // namespace

std::unique_ptr<UpstreamCall> make_http_call(Worker& worker, UpstreamPool& pool, const UpstreamEndpoint& endpoint) {
    return std::make_unique<HttpCall>(worker, pool, endpoint, false);
}

std::unique_ptr<UpstreamCall> make_session_call(Worker& worker, UpstreamPool& pool, const UpstreamEndpoint& endpoint) {
    return std::make_unique<HttpCall>(worker, pool, endpoint, true);
}

}  // namespace breakwater
