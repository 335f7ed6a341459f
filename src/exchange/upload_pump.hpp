#pragma once

#include "breakwater/exchange/upload.hpp"

namespace breakwater {

/// Passes an upload on to the provider that an attempt asks: one read, one write, then the next read, so that neither
/// side can be faster than the other. One per attempt, once its call has sent the start of the request.
class UploadPump final : public Cancellable {
public:
    enum class End : std::uint8_t {
        complete,  ///< the provider has the whole request
        answered,  ///< it has said something before, or takes no more: its answer is worth reading
        broken,    ///< the client's side of it broke off, so that there is no whole request: `take_error` says why
        stopped,   ///< nobody waits for it any more
    };

    UploadPump(Upload& upload, UpstreamCall& call) noexcept : upload_(upload), call_(call) {}

    /// Until the upload is complete or something happens to it.
    Task<End> run(Deadline deadline);
    /// The same, although the provider has begun to answer: it still wants the rest.
    Task<End> complete(Deadline deadline);
    /// Nobody waits for the answer any more.
    void cancel() noexcept override;
    [[nodiscard]] Error take_error() { return std::move(*error_); }

private:
    Task<End> pass_on(Deadline deadline, bool heedless);
    [[nodiscard]] bool heeds_answer(bool heedless) const noexcept { return !heedless && call_.answers(); }

    Upload& upload_;
    UpstreamCall& call_;
    Boxed<Error> error_;
    bool reading_ = false;  ///< it waits for the client
    bool stopped_ = false;
};

}  // namespace breakwater
