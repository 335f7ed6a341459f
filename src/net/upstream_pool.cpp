#include <algorithm>

#include "breakwater/net/public_address.hpp"
#include "breakwater/net/upstream.hpp"
#include "breakwater/net/worker.hpp"

namespace breakwater {

namespace {

constexpr std::size_t kIdlePerEndpoint = 64;
constexpr std::chrono::seconds kIdleTime{25};

Error connect_error(const UpstreamEndpoint& endpoint, IoStatus status) {
    if (status == IoStatus::timed_out)
        return Error(ErrorKind::upstream_timeout, "No connection to " + endpoint.name + " in time.");
    if (status == IoStatus::cancelled) return Error(ErrorKind::cancelled, "The client went away.");
    return Error(ErrorKind::upstream_connect,
                 "No connection to provider " + endpoint.name + ": it refused or could not be reached.");
}

}  // namespace

UpstreamPool::UpstreamPool(Worker& worker)
    : worker_(worker),
      resolver_(worker),
      expiry_(worker.timers(), [](void* self) { static_cast<UpstreamPool*>(self)->expire(); }, this) {}

UpstreamPool::~UpstreamPool() = default;

std::unique_ptr<Stream> UpstreamPool::take(const UpstreamEndpoint& endpoint) {
    // The address behind a kept connection was not judged as that of a client's choice.
    if (endpoint.public_only) return nullptr;
    const auto found = idle_.find(endpoint.connection_key);
    if (found == idle_.end()) return nullptr;
    // A machine that slept wakes up to a request and a timer, in any order. The newest is the last.
    if (!found->second.empty() && worker_.now() - found->second.back().since >= kIdleTime) found->second.clear();
    while (!found->second.empty()) {
        std::unique_ptr<Stream> stream = std::move(found->second.back().stream);
        found->second.pop_back();
        // A connection with something to read was closed by the provider, or says what nobody asked for: neither can be
        // used. One that was closed a moment ago, of which the event loop has not heard, is replaced when it fails.
        if (stream->seems_idle_and_alive()) return stream;
    }
    return nullptr;
}

void UpstreamPool::give_back(const UpstreamEndpoint& endpoint, std::unique_ptr<Stream> stream) {
    // Hosts of a client's choice are asked once, and there is no end of them.
    if (endpoint.public_only) return;
    std::deque<Idle>& connections = idle_[endpoint.connection_key];
    if (connections.size() >= kIdlePerEndpoint) connections.pop_front();
    const TimePoint now = worker_.now();
    connections.push_back({std::move(stream), now});
    if (idle() == 1) expiry_.arm(Deadline::after(now, kIdleTime));
}

void UpstreamPool::expire() {
    const TimePoint now = worker_.now();
    TimePoint oldest = TimePoint::max();
    for (auto& [key, connections] : idle_) {
        while (!connections.empty() && now - connections.front().since >= kIdleTime) connections.pop_front();
        if (!connections.empty()) oldest = std::min(oldest, connections.front().since);
    }
    std::erase_if(idle_, [](const auto& item) { return item.second.empty(); });
    if (!idle_.empty()) expiry_.arm(Deadline::after(oldest, kIdleTime));
}

void UpstreamPool::close_idle() {
    idle_.clear();
}

std::size_t UpstreamPool::idle() const noexcept {
    std::size_t count = 0;
    for (const auto& [key, connections] : idle_) count += connections.size();
    return count;
}

Result<std::shared_ptr<TlsContext>> UpstreamPool::tls_context(const TlsClientSettings& settings) {
    if (const auto found = contexts_.find(settings); found != contexts_.end()) return found->second;
    auto made = TlsContext::client(settings);
    if (made) contexts_.emplace(settings, *made);
    return made;
}

Task<Result<std::unique_ptr<Stream>>> UpstreamPool::connect(const UpstreamEndpoint& endpoint, Deadline deadline,
                                                            Cancellable*& in_progress) {
    auto addresses = co_await resolver_.resolve(endpoint.host, endpoint.port, deadline, in_progress);
    if (!addresses) co_return std::unexpected(std::move(addresses.error()));
    if (endpoint.public_only && !std::ranges::all_of(*addresses, is_public_address)) {
        co_return fail(ErrorKind::upstream_connect, "The host " + endpoint.host + " is not on the public internet.");
    }

    std::unique_ptr<Stream> stream;
    IoStatus status = IoStatus::failed;
    for (std::size_t i = 0; i < addresses->size() && status != IoStatus::ok; ++i) {
        // A dead address must not eat the whole connect time while others wait: all but the last get a share of it.
        const TimePoint now = worker_.now();
        const std::size_t left = addresses->size() - i;
        Deadline share = deadline;
        if (left > 1 && !deadline.never()) share = Deadline::after(now, deadline.left(now) / static_cast<int>(left));
        stream = std::make_unique<Stream>(worker_);
        in_progress = stream.get();
        const ResolvedAddress& address = (*addresses)[i];
        status = co_await stream->connect(reinterpret_cast<const sockaddr*>(&address.storage), address.length, share);
        if (status == IoStatus::cancelled) break;
    }
    if (status == IoStatus::ok && endpoint.tls) {
        auto context = tls_context(endpoint.tls_settings);
        if (!context) {
            in_progress = nullptr;
            co_return std::unexpected(std::move(context.error()));
        }
        status = co_await stream->handshake(**context, endpoint.host, endpoint.host_header, deadline);
        if (status == IoStatus::failed) {
            in_progress = nullptr;
            co_return fail(ErrorKind::upstream_tls, "The TLS handshake with provider " + endpoint.name +
                                                        " failed: " + stream->tls_error() + ".");
        }
    }
    in_progress = nullptr;
    if (status != IoStatus::ok) co_return std::unexpected(connect_error(endpoint, status));
    co_return std::move(stream);
}

}  // namespace breakwater
