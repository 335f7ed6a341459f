#include "upload_pump.hpp"

#include <utility>

namespace breakwater {

Task<UploadPump::End> UploadPump::run(Deadline deadline) {
    call_.watch_answer(upload_);
    return pass_on(deadline, false);
}

Task<UploadPump::End> UploadPump::complete(Deadline deadline) {
    return pass_on(deadline, true);
}

Task<UploadPump::End> UploadPump::pass_on(Deadline deadline, bool heedless) {
    std::string_view bytes;
    bool last = false;
    while (!stopped_) {
        // First what the call still has of the request's start, or of a write that was cut short.
        const bool written = co_await call_.write_rest(bytes, last, deadline);
        if (stopped_) break;
        if (!written || heeds_answer(heedless)) co_return End::answered;
        if (last) co_return End::complete;
        reading_ = true;
        BoxedResult<std::string_view> next = co_await upload_.read(deadline);
        reading_ = false;
        if (stopped_) break;
        if (!next) {
            if (heeds_answer(heedless)) co_return End::answered;
            error_ = std::move(next.error());
            co_return End::broken;
        }
        bytes = *next;
        last = bytes.empty();
    }
    co_return End::stopped;
}

// Whoever is resumed may end this object, so that only the one is told who is waited for; the other at its next turn.
void UploadPump::cancel() noexcept {
    stopped_ = true;
    if (reading_) {
        upload_.cancel();
    } else {
        call_.cancel();
    }
}

}  // namespace breakwater
