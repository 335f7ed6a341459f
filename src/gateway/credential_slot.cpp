#include "credential_slot.hpp"

#include <utility>

namespace breakwater {

namespace {

/// What the configuration gives holds until somebody says otherwise.
constexpr std::chrono::hours kForGood{24 * 365};

std::vector<Credential> configured_credentials(const config::Provider& settings) {
    std::vector<Credential> credentials;
    for (const config::PoolKey& key : settings.api_keys) credentials.push_back({.secret = key.key});
    if (credentials.empty()) credentials.push_back(configured_credential(settings));
    return credentials;
}

/// Without a count of who uses it: it lives as long as its slot.
CredentialPointer borrow(const Credential& credential) noexcept {
    return {std::shared_ptr<const Credential>(), &credential};
}

bool in_configuration(CredentialOrigin origin) noexcept {
    return origin == CredentialOrigin::api_key_file || origin == CredentialOrigin::aws_profile;
}

}  // namespace

CredentialSlot::CredentialSlot(config::Provider settings, TimePoint now)
    : settings_(std::move(settings)),
      origin_(credential_origin(settings_)),
      configured_(configured_credentials(settings_)) {
    if (origin_ == CredentialOrigin::pool) {
        std::vector<std::uint32_t> weights;
        for (const config::PoolKey& key : settings_.api_keys) weights.push_back(key.weight);
        pool_.emplace(weights);
        counts_.resize(weights.size());
    } else if (in_configuration(origin_)) {
        current_ = borrow(configured_.front());
        life_.on_fetched(now, kForGood);
    }
}

bool CredentialSlot::serves(const config::Provider& settings) const {
    return same_credential_settings(settings_, settings);
}

CredentialSlot::Choice CredentialSlot::choose(TimePoint now, const Request& request) {
    if (origin_ == CredentialOrigin::fixed) return {.credential = borrow(configured_.front())};
    const std::lock_guard lock(mutex_);
    return pool_ ? choose_key(now, request) : choose_fetched(now);
}

CredentialSlot::Choice CredentialSlot::choose_key(TimePoint now, const Request& request) {
    const std::vector<std::size_t> refused = keys_of(request);
    std::optional<std::size_t> key;
    if (std::vector<std::size_t> last = permissions_.aside(request.model, now); !last.empty()) {
        last.insert(last.end(), refused.begin(), refused.end());
        key = pool_->choose(now, last);
    }
    if (!key) key = pool_->choose(now, refused);
    if (key) return {.credential = borrow(configured_[*key])};
    return {.error = all_out(refused, now)};
}

Error CredentialSlot::all_out(CredentialPool::Without refused, TimePoint now) const {
    const std::optional<Duration> rest = pool_->rest(now, refused);
    if (!rest && !refused.empty()) {
        return Error(ErrorKind::upstream_permission,
                     "None of the " + std::to_string(pool_->size()) + " keys for provider " + settings_.name +
                         " can be used for this request: each was refused, or lacks a permission for it.");
    }
    if (!rest) {
        return Error(ErrorKind::upstream_auth, "Provider " + settings_.name + " has refused all of the " +
                                                   std::to_string(pool_->size()) + " keys that there are for it.");
    }
    Error error(ErrorKind::rate_limited, "All keys for provider " + settings_.name +
                                             " that can be used for this rest, because it has limited them.");
    error.retry_after = std::chrono::ceil<std::chrono::milliseconds>(*rest);
    return error;
}

CredentialSlot::Choice CredentialSlot::choose_fetched(TimePoint now) {
    switch (life_.ask(now)) {
        case TokenLife::Move::use:
            return {.credential = current_};
        case TokenLife::Move::renew:
            life_.on_started();
            return {.credential = current_, .fetch = true};
        case TokenLife::Move::fetch:
            life_.on_started();
            return {.fetch = true};
        case TokenLife::Move::wait:
            return {};
        case TokenLife::Move::fail:
            break;
    }
    return {.error = error_};
}

bool CredentialSlot::join(Worker& worker, const std::shared_ptr<WorkerWait>& waiter) {
    const std::lock_guard lock(mutex_);
    if (!life_.fetching()) return false;
    waiting_.push_back({&worker, waiter});
    return true;
}

void CredentialSlot::wake(std::vector<Waiting>&& waiting) {
    for (Waiting& one : waiting) {
        one.worker->post([waiter = std::move(one.waiter)] {
            if (const auto there = waiter.lock()) there->wake(WorkerWait::End::settled);
        });
    }
}

void CredentialSlot::fetched(FetchedCredential&& fetched, TimePoint now) {
    auto credential = std::make_shared<const Credential>(std::move(fetched.credential));
    std::vector<Waiting> waiting;
    {
        const std::lock_guard lock(mutex_);
        current_ = std::move(credential);
        life_.on_fetched(now, fetched.life);
        error_ = {};
        waiting.swap(waiting_);
    }
    ++fetches_good_;
    wake(std::move(waiting));
}

void CredentialSlot::failed(const Error& error, TimePoint now, Rng& rng) {
    std::vector<Waiting> waiting;
    {
        const std::lock_guard lock(mutex_);
        life_.on_failed(now, rng);
        error_ = error;
        waiting.swap(waiting_);
    }
    ++fetches_bad_;
    wake(std::move(waiting));
}

void CredentialSlot::abandoned() {
    std::vector<Waiting> waiting;
    {
        const std::lock_guard lock(mutex_);
        life_.on_abandoned();
        waiting.swap(waiting_);
    }
    wake(std::move(waiting));
}

CredentialSlot::Refusal CredentialSlot::refused(const Credential& credential, const Request& request,
                                                const Error& error, TimePoint now, Rng& rng) {
    if (origin_ == CredentialOrigin::fixed) return {};
    if (origin_ == CredentialOrigin::pool) return refuse_key(credential, request, error, now, rng);
    if (CredentialPool::refusal_of(error) != CredentialPool::Refusal::denied) return {};
    const std::lock_guard lock(mutex_);
    // Another request has had it replaced meanwhile.
    if (current_.get() != &credential) return {.other = OtherCredential::here};
    return {.other = life_.on_refused(now) ? OtherCredential::here : OtherCredential::none};
}

std::optional<std::size_t> CredentialSlot::key_of(const Credential& credential) const noexcept {
    for (std::size_t i = 0; i < configured_.size(); ++i) {
        if (&configured_[i] == &credential) return i;
    }
    return std::nullopt;
}

std::vector<std::size_t> CredentialSlot::keys_of(const Request& request) const {
    std::vector<std::size_t> keys;
    for (const Credential* credential : request.refused) {
        if (const std::optional<std::size_t> key = key_of(*credential)) keys.push_back(*key);
    }
    return keys;
}

std::string CredentialSlot::name_of(std::size_t key) const {
    return "Key " + std::to_string(key + 1) + " of " + std::to_string(configured_.size()) + " for provider " +
           settings_.name;
}

std::string CredentialSlot::served(const Credential& credential, const Request& request, TimePoint now) {
    if (origin_ != CredentialOrigin::pool) return {};
    const std::optional<std::size_t> key = key_of(credential);
    if (!key) return {};
    const std::lock_guard lock(mutex_);
    permissions_.on_served(*key, request.model);
    std::string log;
    for (const std::size_t outdone : keys_of(request)) {
        if (!permissions_.on_outdone(outdone, request.model, now)) continue;
        ++counts_[outdone].outdone;
        log += (log.empty() ? "" : " ") + name_of(outdone) + " lacks a permission for model " +
               std::string(request.model) + " that others have; they come before it for 10 minutes.";
    }
    return log;
}

void CredentialSlot::narrow_limits(const Credential& credential, std::string_view model, RateLimitReading& reading,
                                   TimePoint now) {
    if (origin_ != CredentialOrigin::pool) return;
    const std::optional<std::size_t> key = key_of(credential);
    if (!key) return;
    SharedRateLimits of_key;
    of_key.note(reading, now);
    const std::lock_guard lock(mutex_);
    pool_->spare(*key, of_key.available_at(1, now));
    const Duration spared = pool_->spared(now, permissions_.aside(model, now));
    reading = {};
    if (spared > Duration::zero()) reading.requests = {.remaining = 0, .reset = spared};
}

CredentialSlot::Refusal CredentialSlot::refuse_key(const Credential& credential, const Request& request,
                                                   const Error& error, TimePoint now, Rng& rng) {
    using Kind = CredentialPool::Refusal;
    const std::optional<Kind> refusal = CredentialPool::refusal_of(error);
    const std::optional<std::size_t> key = key_of(credential);
    const bool forbidden = error.upstream && error.kind == ErrorKind::upstream_permission;
    if ((!refusal && !forbidden) || !key) return {};
    const std::lock_guard lock(mutex_);
    Refusal result;
    if (refusal && pool_->on_refused(*key, *refusal, error.retry_after, now, rng)) {
        ++(*refusal == Kind::denied ? counts_[*key].denied : counts_[*key].limited);
        if (*refusal == Kind::denied) result.log = name_of(*key) + " was refused; it is left out for 10 minutes.";
        if (*refusal == Kind::spent)
            result.log = name_of(*key) + " has no quota or credit left; it is left out for 10 minutes.";
    }
    if (pool_->any_usable(now, keys_of(request))) {
        result.other = OtherCredential::here;
    } else if (refusal && pool_->any_usable(now, {})) {
        result.other = OtherCredential::for_others;
    }
    return result;
}

std::vector<CredentialSlot::KeyState> CredentialSlot::keys(TimePoint now) const {
    const std::lock_guard lock(mutex_);
    std::vector<KeyState> states = counts_;
    for (std::size_t i = 0; i < states.size(); ++i) states[i].usable = pool_->usable(i, now);
    return states;
}

}  // namespace breakwater
