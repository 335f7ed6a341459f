#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "breakwater/exchange/exchange.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/net/upstream.hpp"
#include "credential_slot.hpp"
#include "running_calls.hpp"
#include "shared_state.hpp"

namespace breakwater {

/// Fetches credentials over the connections of one worker, when its requests are the first to need them. Files are read
/// and assertions signed on another thread. One per worker; its thread only.
class CredentialFetcher {
public:
    CredentialFetcher(Worker& worker, UpstreamPool& pool, SharedState& shared)
        : worker_(worker), pool_(pool), shared_(shared) {}

    /// The slot's credential when there is one, having begun to renew it when it is time.
    CredentialPointer choose(const std::shared_ptr<CredentialSlot>& slot, const CredentialSlot::Request& request);
    /// Waits for one. Errors as CredentialSource::fetch.
    Task<Result<CredentialPointer>> wait(std::shared_ptr<CredentialSlot> slot, CredentialSlot::Request request,
                                         Deadline deadline, CancelSource& gone);
    /// Tells the slot, and the log what an operator should know.
    OtherCredential report(CredentialSlot& slot, const Credential& credential, const CredentialSlot::Request& request,
                           const Error& error);
    void served(CredentialSlot& slot, const Credential& credential, const CredentialSlot::Request& request);
    /// Ends what is under way, before the worker does.
    void stop() { running_.stop(); }

private:
    struct Prepared;
    void start(std::shared_ptr<CredentialSlot> slot);
    Task<void> fetch(std::shared_ptr<CredentialSlot> slot);
    Task<Result<FetchedCredential>> ask(CredentialSlot& slot, TokenCall call);
    void settle(CredentialSlot& slot, Result<FetchedCredential>&& result);
    static void prepare(const CredentialSlot& slot, WallTime now, Prepared& prepared);

    Worker& worker_;
    UpstreamPool& pool_;
    SharedState& shared_;
    RunningCalls running_;
};

/// The credentials of one request, out of its snapshot. Remembers which keys lacked a permission for which deployment.
class GatewayCredentials final : public CredentialSource {
public:
    GatewayCredentials(CredentialFetcher& fetcher, const Snapshot& snapshot) : fetcher_(fetcher), snapshot_(snapshot) {}

    CredentialPointer choose(const Deployment& deployment) override {
        return fetcher_.choose(slot_of(deployment), request_of(deployment));
    }
    Task<Result<CredentialPointer>> fetch(const Deployment& deployment, Deadline deadline,
                                          CancelSource& gone) override {
        return fetcher_.wait(slot_of(deployment), request_of(deployment), deadline, gone);
    }
    OtherCredential report(const Deployment& deployment, const Credential& credential, const Error& error) override {
        if (error.kind == ErrorKind::upstream_permission) note_refused(deployment, credential);
        return fetcher_.report(*slot_of(deployment), credential, request_of(deployment), error);
    }
    void served(const Deployment& deployment, const Credential& credential) override {
        CredentialSlot::Request request{.model = deployment.model};
        for (Refused& one : refused_) {
            // Attempts that run at once may have the same key: what it has served says nothing against it.
            if (one.deployment != &deployment || one.credential == &credential) continue;
            if (!std::exchange(one.outdone, true)) request.refused.push_back(one.credential);
        }
        fetcher_.served(*slot_of(deployment), credential, request);
    }
    void narrow_limits(const Deployment& deployment, const Credential& credential, RateLimitReading& reading,
                       TimePoint now) override {
        slot_of(deployment)->narrow_limits(credential, deployment.model, reading, now);
    }

private:
    [[nodiscard]] const std::shared_ptr<CredentialSlot>& slot_of(const Deployment& deployment) const noexcept {
        return snapshot_.provider_of(deployment)->credentials;
    }

    [[nodiscard]] CredentialSlot::Request request_of(const Deployment& deployment) const {
        CredentialSlot::Request request{.model = deployment.model};
        for (const Refused& one : refused_) {
            if (one.deployment == &deployment) request.refused.push_back(one.credential);
        }
        return request;
    }

    /// Once for each key, however many attempts had it: they are of one request.
    void note_refused(const Deployment& deployment, const Credential& credential) {
        const bool known = std::ranges::any_of(refused_, [&](const Refused& one) {
            return one.deployment == &deployment && one.credential == &credential;
        });
        if (!known) refused_.push_back({&deployment, &credential});
    }

    struct Refused {
        const Deployment* deployment;
        const Credential* credential;  ///< of the slot's configuration where there are several
        bool outdone = false;          ///< another has served the request, which counts once
    };
    CredentialFetcher& fetcher_;
    const Snapshot& snapshot_;
    std::vector<Refused> refused_;
};

}  // namespace breakwater
