#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/base/boxed.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/credentials/token_life.hpp"
#include "breakwater/credentials/token_service.hpp"
#include "breakwater/net/worker.hpp"
#include "breakwater/routing/credential_pool.hpp"
#include "breakwater/routing/key_permissions.hpp"
#include "breakwater/routing/other_credential.hpp"
#include "breakwater/routing/rate_limits.hpp"
#include "worker_wait.hpp"

namespace breakwater {

using CredentialPointer = std::shared_ptr<const Credential>;

/// With what one provider is asked, for all workers: the key of the configuration, the next one of several, or one that
/// is fetched. A snapshot takes it over from the one before when nothing about it has changed, so that a reload forgets
/// neither tokens nor which keys rest. Thread-safe: one lock, which a single key from the configuration never takes,
/// and under which nothing waits. One for all workers, and not one for each: what a provider says of a key holds for
/// all, and a token service should be asked once.
class CredentialSlot {
public:
    CredentialSlot(config::Provider settings, TimePoint now);

    /// Whether it would be the same with these settings.
    [[nodiscard]] bool serves(const config::Provider& settings) const;
    [[nodiscard]] const config::Provider& settings() const noexcept { return settings_; }
    [[nodiscard]] CredentialOrigin origin() const noexcept { return origin_; }

    /// What matters of a request where there are several keys.
    struct Request {
        std::string_view model{};                  ///< that the provider is asked for
        std::vector<const Credential*> refused{};  ///< keys that lacked a permission for it
    };
    struct Choice {
        CredentialPointer credential{};  ///< null: there is none now
        bool fetch = false;              ///< the caller is to fetch one; nobody else does
        Boxed<Error> error{};            ///< why there is none, and none is being fetched
    };
    /// The credential is valid while the slot is, and as long as its pointer. Never one of those that were refused.
    Choice choose(TimePoint now, const Request& request);

    /// Has the waiter woken once what is being fetched is there or has failed. False when nothing is being fetched.
    bool join(Worker& worker, const std::shared_ptr<WorkerWait>& waiter);
    // How a fetch ended.
    void fetched(FetchedCredential&& fetched, TimePoint now);
    void failed(const Error& error, TimePoint now, Rng& rng);
    void abandoned();

    struct Refusal {
        OtherCredential other = OtherCredential::none;
        std::string log{};  ///< what an operator should know, or empty
    };
    /// A provider refused `credential`, or something else failed with it. For want of a permission, `request` names it
    /// among the others.
    Refusal refused(const Credential& credential, const Request& request, const Error& error, TimePoint now, Rng& rng);
    /// It has served what the others were refused. Returns what an operator should know, or nothing.
    std::string served(const Credential& credential, const Request& request, TimePoint now);

    /// What an answer to `credential` said is left. Becomes what holds of all keys that come first for the model:
    /// nothing while another has some left.
    void narrow_limits(const Credential& credential, std::string_view model, RateLimitReading& reading, TimePoint now);

    /// For metrics.
    struct KeyState {
        bool usable = true;
        std::uint64_t limited = 0;
        std::uint64_t denied = 0;
        std::uint64_t outdone = 0;  ///< put aside for a model, which leaves it usable
    };
    [[nodiscard]] std::vector<KeyState> keys(TimePoint now) const;
    [[nodiscard]] std::uint64_t fetches(bool good) const noexcept { return good ? fetches_good_ : fetches_bad_; }

private:
    struct Waiting {
        Worker* worker;
        std::weak_ptr<WorkerWait> waiter;
    };
    Choice choose_key(TimePoint now, const Request& request);
    Choice choose_fetched(TimePoint now);
    [[nodiscard]] std::optional<std::size_t> key_of(const Credential& credential) const noexcept;
    [[nodiscard]] std::vector<std::size_t> keys_of(const Request& request) const;
    Refusal refuse_key(const Credential& credential, const Request& request, const Error& error, TimePoint now,
                       Rng& rng);
    [[nodiscard]] std::string name_of(std::size_t key) const;
    [[nodiscard]] Error all_out(CredentialPool::Without refused, TimePoint now) const;
    static void wake(std::vector<Waiting>&& waiting);

    const config::Provider settings_;
    const CredentialOrigin origin_;
    const std::vector<Credential> configured_;  ///< the only one, or those of the pool

    mutable std::mutex mutex_;  // of what follows
    std::optional<CredentialPool> pool_;
    KeyPermissions permissions_;
    std::vector<KeyState> counts_;
    TokenLife life_;
    CredentialPointer current_;
    Boxed<Error> error_;  ///< of the last fetch, when it failed
    std::vector<Waiting> waiting_;

    std::atomic<std::uint64_t> fetches_good_{0};
    std::atomic<std::uint64_t> fetches_bad_{0};
};

}  // namespace breakwater
