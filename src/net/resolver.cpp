#include "breakwater/net/resolver.hpp"

#include <arpa/inet.h>
#include <netdb.h>

#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

#include "breakwater/net/worker.hpp"

namespace breakwater {

namespace {

constexpr std::chrono::seconds kFresh{30};
constexpr std::chrono::minutes kStale{5};
constexpr std::chrono::seconds kFailureRemembered{1};

struct Answer {
    std::vector<ResolvedAddress> addresses;
    std::string failure;
};

Answer look_up(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* list = nullptr;
    Answer answer;
    if (const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list); error != 0) {
        answer.failure = ::gai_strerror(error);
        return answer;
    }
    for (const addrinfo* item = list; item != nullptr; item = item->ai_next) {
        ResolvedAddress address;
        std::memcpy(&address.storage, item->ai_addr, item->ai_addrlen);
        address.length = item->ai_addrlen;
        answer.addresses.push_back(address);
    }
    ::freeaddrinfo(list);
    return answer;
}

std::optional<ResolvedAddress> literal(const std::string& host, std::uint16_t port) {
    ResolvedAddress address;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
    if (::inet_pton(AF_INET, host.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        address.length = sizeof(sockaddr_in);
        return address;
    }
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
    if (::inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        address.length = sizeof(sockaddr_in6);
        return address;
    }
    return std::nullopt;
}

}  // namespace

/// How a look-up's thread reaches its resolver, which may be gone by the time getaddrinfo returns.
struct Resolver::Mailbox {
    std::mutex mutex;
    Resolver* resolver = nullptr;
};

/// A look-up under way, and who waits for it. Outlives its waiters: a deadline or a cancel abandons the wait,
/// getaddrinfo cannot be stopped.
struct Resolver::Lookup {
    enum class Wake : std::uint8_t { answered, late, cancelled };
    struct Waiter final : Cancellable {
        explicit Waiter(TimerQueue& queue)
            : timer(queue, [](void* self) { static_cast<Waiter*>(self)->wake(Wake::late); }, this) {}
        void cancel() noexcept override { wake(Wake::cancelled); }
        void wake(Wake how) {
            if (std::exchange(woken, true)) return;
            timer.disarm();
            done.complete(how);
        }
        TimerEntry timer;
        Completion<Wake> done;
        bool woken = false;
    };
    std::vector<std::shared_ptr<Waiter>> waiters;
};

Resolver::Resolver(Worker& worker) : worker_(worker), mailbox_(std::make_shared<Mailbox>()) {
    mailbox_->resolver = this;
}

Resolver::~Resolver() {
    const std::lock_guard lock(mailbox_->mutex);
    mailbox_->resolver = nullptr;
}

void Resolver::start(Entry& entry, const std::string& key, const std::string& host, std::uint16_t port) {
    entry.running = std::make_shared<Lookup>();
    try {
        std::thread([mailbox = mailbox_, key, host, port] {
            Answer answer = look_up(host, port);
            const std::lock_guard lock(mailbox->mutex);
            if (mailbox->resolver == nullptr) return;
            mailbox->resolver->worker_.post([resolver = mailbox->resolver, key, answer = std::move(answer)]() mutable {
                resolver->finish(key, std::move(answer.addresses), std::move(answer.failure));
            });
        }).detach();
    } catch (const std::system_error& error) {
        finish(key, {}, std::string("no thread for the look-up: ") + error.what());
    }
}

void Resolver::finish(const std::string& key, std::vector<ResolvedAddress> addresses, std::string failure) {
    Entry& entry = cache_[key];
    entry.failure = std::move(failure);
    if (addresses.empty()) {
        entry.failed_at = worker_.now();
    } else {
        entry.addresses = std::move(addresses);
        entry.resolved_at = worker_.now();
    }
    const std::shared_ptr<Lookup> finished = std::exchange(entry.running, nullptr);
    if (!finished) return;
    for (const auto& waiter : finished->waiters) waiter->wake(Lookup::Wake::answered);
}

Task<Result<std::vector<ResolvedAddress>>> Resolver::resolve(std::string host, std::uint16_t port, Deadline deadline,
                                                             Cancellable*& in_progress) {
    if (const auto address = literal(host, port)) co_return std::vector<ResolvedAddress>{*address};
    const std::string key = host + ":" + std::to_string(port);
    if (cache_.size() >= kEntriesMax && !cache_.contains(key)) {
        std::erase_if(cache_, [](const auto& item) { return item.second.running == nullptr; });
    }
    const TimePoint asked = worker_.now();
    Entry* entry = &cache_[key];
    if (!entry->addresses.empty() && asked - entry->resolved_at < kFresh) co_return entry->addresses;
    Lookup::Wake how = Lookup::Wake::answered;
    if (entry->running || asked - entry->failed_at >= kFailureRemembered) {
        if (!entry->running) start(*entry, key, host, port);
        if (const std::shared_ptr<Lookup> running = entry->running) {
            const auto waiter = std::make_shared<Lookup::Waiter>(worker_.timers());
            running->waiters.push_back(waiter);
            waiter->timer.arm(deadline);
            in_progress = waiter.get();
            how = co_await waiter->done;
            in_progress = nullptr;
        }
        entry = &cache_[key];
    }
    if (how == Lookup::Wake::cancelled) co_return fail(ErrorKind::cancelled, "The client went away.");
    // An older answer serves while the name service fails or is slow.
    if (!entry->addresses.empty() && worker_.now() - entry->resolved_at < kStale) co_return entry->addresses;
    if (how == Lookup::Wake::late)
        co_return fail(ErrorKind::upstream_timeout, "The name of the provider was not resolved in time.");
    co_return fail(ErrorKind::upstream_dns,
                   "The name of the provider's host cannot be resolved: " + entry->failure + ".");
}

}  // namespace breakwater
