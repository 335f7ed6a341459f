#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "breakwater/base/cancel.hpp"
#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/base/task.hpp"

namespace breakwater {

class Worker;

struct ResolvedAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

/// Host names to addresses, off the event loop (getaddrinfo on a thread of its own for each look-up), with a cache per
/// worker: answers are fresh for 30 s; an older one, up to 5 minutes, still serves when a new look-up fails; failures
/// are remembered for 1 s. Literal addresses need no look-up. One per worker; not thread-safe.
class Resolver {
public:
    explicit Resolver(Worker& worker);
    ~Resolver();
    /// At least one address, or upstream_dns, or upstream_timeout when the deadline came first (the look-up goes on for
    /// the cache). While it waits, `in_progress` points to what can be cancelled; the result is then `cancelled`.
    Task<Result<std::vector<ResolvedAddress>>> resolve(std::string host, std::uint16_t port, Deadline deadline,
                                                       Cancellable*& in_progress);

private:
    struct Lookup;
    struct Mailbox;
    struct Entry {
        std::vector<ResolvedAddress> addresses;
        std::string failure;
        TimePoint resolved_at{};
        TimePoint failed_at{};
        std::shared_ptr<Lookup> running;
    };
    void start(Entry& entry, const std::string& key, const std::string& host, std::uint16_t port);
    static constexpr std::size_t kEntriesMax = 256;

    void finish(const std::string& key, std::vector<ResolvedAddress> addresses, std::string failure);

    Worker& worker_;
    std::shared_ptr<Mailbox> mailbox_;
    std::unordered_map<std::string, Entry, StringHash, std::equal_to<>> cache_;
};

}  // namespace breakwater
