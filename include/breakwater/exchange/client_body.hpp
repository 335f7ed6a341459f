#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "breakwater/base/cancel.hpp"
#include "breakwater/base/clock.hpp"
#include "breakwater/exchange/streams.hpp"

namespace breakwater {

/// What of a request's body is still with the client when the request is taken up: an upload that is passed on as it
/// comes. Nobody reads ahead, so that a client can send no faster than a provider takes it. One reader; one worker.
/// Cancelling it ends the read that waits; it may be repeated, and no byte is lost.
class ClientBody : public Cancellable {
public:
    /// All bytes that one read brought, framing removed; empty at the end of the body, which is said once all has come
    /// that the framing promised. Valid until the next read. Errors: request_timeout, request_too_large,
    /// invalid_request for broken framing, cancelled when the client has gone or somebody has cancelled the read.
    virtual Task<BoxedResult<std::string_view>> read(Deadline deadline) = 0;
    /// Nothing is left: the next read would say so at once. May be false although that is so.
    [[nodiscard]] virtual bool ended() const noexcept = 0;
    /// How many bytes are left; nothing where the framing does not say it.
    [[nodiscard]] virtual std::optional<std::uint64_t> left() const noexcept = 0;
    /// How many bytes of the body have come, its start included.
    [[nodiscard]] virtual std::uint64_t received() const noexcept = 0;
};

}  // namespace breakwater
