#include "connector.hpp"

namespace breakwater::bench {

Task<Result<void>> Connector::prepare(Deadline deadline) {
    if (endpoint_.tls) {
        auto context = TlsContext::client(endpoint_.tls_settings);
        if (!context) co_return std::unexpected(std::move(context.error()));
        tls_ = std::move(*context);
    }
    auto addresses = co_await resolver_.resolve(endpoint_.host, endpoint_.port, deadline, look_up_);
    if (!addresses) co_return std::unexpected(std::move(addresses.error()));
    addresses_ = std::move(*addresses);
    co_return Result<void>();
}

void Connector::cancel() noexcept {
    if (look_up_ != nullptr) look_up_->cancel();
}

Task<Failure> Connector::connect(std::unique_ptr<Stream>& stream, Deadline deadline) {
    IoStatus status = IoStatus::failed;
    for (std::size_t tried = 0; tried < addresses_.size() && status == IoStatus::failed; ++tried) {
        const std::size_t chosen = (working_ + tried) % addresses_.size();
        const ResolvedAddress& address = addresses_[chosen];
        stream = std::make_unique<Stream>(worker_);
        status =
            co_await stream->connect(reinterpret_cast<const sockaddr*>(&address.storage), address.length, deadline);
        if (status == IoStatus::ok && tried > 0) working_ = chosen;
    }
    if (status == IoStatus::ok && tls_) {
        status = co_await stream->handshake(*tls_, endpoint_.host, endpoint_.host_header, deadline);
        if (status == IoStatus::failed) co_return Failure::tls;
    }
    if (status == IoStatus::timed_out) co_return Failure::timeout;
    if (status == IoStatus::cancelled) co_return Failure::unfinished;
    co_return status == IoStatus::ok ? Failure::none : Failure::connect;
}

}  // namespace breakwater::bench
