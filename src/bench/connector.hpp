#pragma once

#include <memory>
#include <vector>

#include "breakwater/bench/failure.hpp"
#include "breakwater/net/upstream.hpp"
#include "breakwater/net/worker.hpp"

namespace breakwater::bench {

/// Opens connections to the one server of a run: its name is looked up once, so that the look-up is not measured, and
/// all connections share a TLS context. One worker's thread.
class Connector final : public Cancellable {
public:
    /// The endpoint outlives it.
    Connector(Worker& worker, const UpstreamEndpoint& endpoint)
        : worker_(worker), endpoint_(endpoint), resolver_(worker) {}

    /// Comes before the first `connect`. Errors: no address, or no TLS context.
    Task<Result<void>> prepare(Deadline deadline);
    /// Ends a `prepare` that waits.
    void cancel() noexcept override;
    /// Puts a new connection into `stream`, whose owner can cancel it; `none` when it stands.
    Task<Failure> connect(std::unique_ptr<Stream>& stream, Deadline deadline);

private:
    Worker& worker_;
    const UpstreamEndpoint& endpoint_;
    Resolver resolver_;
    Cancellable* look_up_ = nullptr;
    std::vector<ResolvedAddress> addresses_;
    std::size_t working_ = 0;  // the address that answered last: a dead one before it is not tried each time
    std::shared_ptr<TlsContext> tls_;
};

}  // namespace breakwater::bench
