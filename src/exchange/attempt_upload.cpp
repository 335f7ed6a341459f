#include "attempt.hpp"

#include <utility>

// How an attempt's provider gets an upload, whose end is still with the client when the attempt begins.

namespace breakwater {

/// The status from which on an answer is a refusal, which wants nothing more of the request.
static constexpr int kRefusals = 300;

// The request outlives it.
Task<bool> Attempt::send_upload(HttpRequest&& request) {
    Result<void> sent =
        co_await call_->send_start(std::move(request), exchange_.upload->left(), timers_.connect(), exchange_.deadline);
    if (!note_sent(sent) || !co_await pass_on_upload() || !co_await read_head()) co_return false;
    co_return !pump_ || co_await complete_upload();
}

// The timers of the answer begin when there is nothing left to send.
Task<bool> Attempt::pass_on_upload() {
    pump_ = std::make_unique<UploadPump>(*exchange_.upload, *call_);
    const CancelScope scope(*stop_, *pump_);
    const UploadPump::End end = co_await pump_->run(exchange_.deadline);
    co_return note_upload(end);
}

// A provider may begin to answer before it has read everything. One that refuses is not sent the rest.
Task<bool> Attempt::complete_upload() {
    if (record_.upstream_status >= kRefusals) co_return true;
    const CancelScope scope(*stop_, *pump_);
    const UploadPump::End end = co_await pump_->complete(exchange_.deadline);
    co_return note_upload(end);
}

bool Attempt::note_upload(UploadPump::End end) {
    const TimePoint now = context_.runtime.now();
    timers_.on_uploaded(now);
    asked_ = now;
    if (end == UploadPump::End::complete) pump_.reset();
    if (end == UploadPump::End::complete || end == UploadPump::End::answered) return true;
    if (end == UploadPump::End::stopped || stopped()) return false;
    client_at_fault_ = true;
    fail(pump_->take_error());
    return false;
}

}  // namespace breakwater
