#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "breakwater/gateway/snapshot.hpp"

namespace breakwater {

/// The running gateway: workers, listeners, and the snapshot in force. Used by app from one thread, the main one.
class Service {
public:
    struct Options {
        std::string version;
        int log_fd = 2;
        bool log_text = false;
        /// Where lifecycle events go, as complete sentences; `error` when the operator must act.
        std::function<void(bool error, const std::string& message)> say;
    };

    /// Binds the listeners and starts the workers. The error is a sentence for the operator.
    static std::expected<std::unique_ptr<Service>, std::string> start(config::Config config, Options options);
    ~Service();

    /// Replaces the configuration: requests that begin from now on see the new one, running ones keep theirs. On an
    /// error nothing changes. Listen addresses, TLS files of the server, worker count and log format stay as they were;
    /// a change of them is said.
    std::expected<void, std::string> reload(config::Config config);
    /// A new configuration could not be loaded: the last good one stays, and /readyz, /metrics and log say so.
    void note_failed_reload(const std::string& why);

    /// Readiness off, no new connections, running requests finish. Returns when all have, or cuts what is left at the
    /// drain deadline. `hurry` is asked ten times a second; true cuts at once.
    void drain(const std::function<bool()>& hurry);

    [[nodiscard]] std::uint16_t client_port() const noexcept;
    /// 0 when there is no administration listener.
    [[nodiscard]] std::uint16_t admin_port() const noexcept;
    [[nodiscard]] const Snapshot& snapshot() const noexcept;

private:
    struct Impl;
    explicit Service(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwater
