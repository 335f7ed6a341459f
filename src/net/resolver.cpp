#include "breakwater/net/resolver.hpp"

#include <arpa/inet.h>
#include <netdb.h>

#include <cstring>
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

/// A look-up under way, and who waits for it. Outlives its waiters: a deadline abandons the wait, getaddrinfo cannot be stopped.
struct Resolver::Lookup {
    struct Waiter {
        explicit Waiter(TimerQueue& queue) : timer(queue, [](void* self) { static_cast<Waiter*>(self)->wake(false); }, this) {}
        void wake(bool answered) {
            if (std::exchange(woken, true)) return;
            timer.disarm();
            done.complete(answered);
        }
        TimerEntry timer;
        Completion<bool> done;
        bool woken = false;
    };
    std::vector<std::shared_ptr<Waiter>> waiters;
};

void Resolver::start(Entry& entry, const std::string& key, const std::string& host, std::uint16_t port) {
    entry.running = std::make_shared<Lookup>();
    // The worker outlives its look-ups: it is destroyed only when the process ends.
    std::thread([this, key, host, port] {
        Answer answer = look_up(host, port);
        worker_.post([this, key, answer = std::move(answer)]() mutable {
            Entry& found = cache_[key];
            found.failure = std::move(answer.failure);
            if (answer.addresses.empty()) {
                found.failed_at = worker_.now();
            } else {
                found.addresses = std::move(answer.addresses);
                found.resolved_at = worker_.now();
            }
            const std::shared_ptr<Lookup> finished = std::exchange(found.running, nullptr);
            if (!finished) return;
            for (const auto& waiter : finished->waiters) waiter->wake(true);
        });
    }).detach();
}

Task<Result<std::vector<ResolvedAddress>>> Resolver::resolve(std::string host, std::uint16_t port, Deadline deadline) {
    if (const auto address = literal(host, port)) co_return std::vector<ResolvedAddress>{*address};
    const std::string key = host + ":" + std::to_string(port);
    if (cache_.size() >= kEntriesMax && !cache_.contains(key)) {
        std::erase_if(cache_, [](const auto& item) { return item.second.running == nullptr; });
    }
    const TimePoint asked = worker_.now();
    Entry* entry = &cache_[key];
    if (!entry->addresses.empty() && asked - entry->resolved_at < kFresh) co_return entry->addresses;
    if (entry->running || asked - entry->failed_at >= kFailureRemembered) {
        if (!entry->running) start(*entry, key, host, port);
        const auto waiter = std::make_shared<Lookup::Waiter>(worker_.timers());
        entry->running->waiters.push_back(waiter);
        waiter->timer.arm(deadline);
        if (!co_await waiter->done) {
            co_return fail(ErrorKind::upstream_timeout, "The name " + host + " was not resolved in time.");
        }
        entry = &cache_[key];
    }
    if (!entry->addresses.empty() && worker_.now() - entry->resolved_at < kStale) co_return entry->addresses;
    co_return fail(ErrorKind::upstream_dns, "The name " + host + " cannot be resolved: " + entry->failure + ".");
}

}  // namespace breakwater
