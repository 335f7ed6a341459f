#include "credential_fetcher.hpp"

#include <optional>
#include <string>
#include <utility>

#include "breakwater/config/loader.hpp"

namespace breakwater {

namespace {

/// From the first look-up of the name to the last byte of the answer.
constexpr std::chrono::seconds kFetchTime{10};
constexpr std::size_t kAnswerBytesMax = 64u << 10;

Error no_credential(const CredentialSlot& slot, std::string_view why) {
    return Error(ErrorKind::upstream_auth,
                 "There is no credential for provider " + slot.settings().name + ": " + std::string(why));
}

/// An authority of one's own vouches for one's own token service, not for the vendor's.
TlsClientSettings tls_of(const config::Provider& settings) {
    if (settings.token_url.empty()) return {};
    return {settings.ca_file, settings.insecure_skip_verify};
}

}  // namespace

/// What can be made ready without the network.
struct CredentialFetcher::Prepared {
    Result<TokenCall> call = TokenCall();
    std::optional<Result<FetchedCredential>> result{};  ///< when nobody has to be asked
    std::string for_operators{};                        ///< what clients are not told
};

CredentialPointer CredentialFetcher::choose(const std::shared_ptr<CredentialSlot>& slot,
                                            const CredentialSlot::Request& request) {
    CredentialSlot::Choice choice = slot->choose(worker_.now(), request);
    if (choice.fetch) start(slot);
    return std::move(choice.credential);
}

Task<Result<CredentialPointer>> CredentialFetcher::wait(std::shared_ptr<CredentialSlot> slot,
                                                        CredentialSlot::Request request, Deadline deadline,
                                                        CancelSource& gone) {
    while (!running_.stopped() && !gone.requested()) {
        CredentialSlot::Choice choice = slot->choose(worker_.now(), request);
        if (choice.fetch) start(slot);
        if (choice.credential) co_return std::move(choice.credential);
        if (choice.error) co_return std::unexpected(std::move(*choice.error));
        const auto waiter = std::make_shared<WorkerWait>(worker_, deadline);
        if (!slot->join(worker_, waiter)) continue;
        const CancelScope scope(gone, *waiter);
        if (co_await waiter->done() != WorkerWait::End::timed_out) continue;
        Error late = no_credential(*slot, "it is being fetched, and did not come in time.");
        late.should_retry = true;
        co_return std::unexpected(std::move(late));
    }
    co_return fail(ErrorKind::cancelled, "Nobody waits for the credential any more.");
}

OtherCredential CredentialFetcher::report(CredentialSlot& slot, const Credential& credential,
                                          const CredentialSlot::Request& request, const Error& error) {
    const CredentialSlot::Refusal refusal = slot.refused(credential, request, error, worker_.now(), worker_.rng());
    if (!refusal.log.empty()) shared_.say(true, refusal.log);
    return refusal.other;
}

void CredentialFetcher::served(CredentialSlot& slot, const Credential& credential,
                               const CredentialSlot::Request& request) {
    const std::string log = slot.served(credential, request, worker_.now());
    if (!log.empty()) shared_.say(true, log);
}

void CredentialFetcher::start(std::shared_ptr<CredentialSlot> slot) {
    if (running_.stopped()) return slot->abandoned();
    worker_.start(fetch(std::move(slot)));
}

void CredentialFetcher::prepare(const CredentialSlot& slot, WallTime now, Prepared& prepared) {
    const config::Provider& settings = slot.settings();
    const std::string& path = credential_file(settings, slot.origin());
    std::string content;
    if (!path.empty()) {
        const bool known = knows_file_by_heart(slot.origin());
        auto read = config::real_environment({}).read_file(path);
        if (read) {
            content = std::move(*read);
        } else {
            prepared.for_operators = "The credential file " + path + " of provider " + settings.name +
                                     " cannot be read: " + read.error() + ".";
            if (known) prepared.for_operators += " What the configuration read from it is used.";
        }
        if (!read && !known) {
            prepared.result =
                std::unexpected(no_credential(slot, "its file cannot be read; the gateway's log says why."));
            return;
        }
    }
    const Secret wiped(std::move(content));
    const bool in_file =
        slot.origin() == CredentialOrigin::api_key_file || slot.origin() == CredentialOrigin::aws_profile;
    if (in_file) {
        prepared.result = read_credential_file(settings, slot.origin(), wiped.reveal());
    } else {
        prepared.call = token_call(settings, slot.origin(), wiped.reveal(), now);
        if (!prepared.call) prepared.result = std::unexpected(std::move(prepared.call.error()));
    }
}

Task<void> CredentialFetcher::fetch(std::shared_ptr<CredentialSlot> slot) {
    Prepared prepared;
    co_await shared_.offload.run(worker_,
                                 [&slot, &prepared, now = worker_.wall_now()] { prepare(*slot, now, prepared); });
    if (!prepared.for_operators.empty()) shared_.say(true, prepared.for_operators);
    if (!prepared.result) prepared.result = co_await ask(*slot, std::move(*prepared.call));
    settle(*slot, std::move(*prepared.result));
}

Task<Result<FetchedCredential>> CredentialFetcher::ask(CredentialSlot& slot, TokenCall call) {
    const config::Provider& settings = slot.settings();
    if (running_.stopped()) co_return fail(ErrorKind::cancelled, "The worker ends.");
    auto endpoint = make_endpoint(settings.name + " (token service)", call.base_url, tls_of(settings));
    if (!endpoint) co_return std::unexpected(no_credential(slot, endpoint.error().message));
    const std::unique_ptr<UpstreamCall> http = make_http_call(worker_, pool_, *endpoint);
    const RunningCalls::Scope running(running_, *http);
    const Deadline deadline = Deadline::after(worker_.now(), kFetchTime);

    std::optional<Error> fault;
    std::string body;
    int status = 0;
    if (auto sent = co_await http->send(std::move(call.http), deadline, deadline); !sent)
        fault = std::move(sent.error());
    if (!fault) {
        auto head = co_await http->read_head(deadline);
        if (head) {
            status = (*head)->status;
        } else {
            fault = std::move(head.error());
        }
    }
    body.reserve(8192);  // tokens are not left behind by a text that grows
    while (!fault) {
        const BoxedResult<std::string_view> bytes = co_await http->read_body(deadline);
        if (!bytes) fault = *bytes.error();
        if (fault || bytes->empty()) break;
        body.append(*bytes);
        if (body.size() > kAnswerBytesMax)
            fault = Error(ErrorKind::upstream_invalid, "The answer of the token service is too large.");
    }
    const Secret answer(std::move(body));
    if (!fault) {
        co_return read_token_answer(settings, slot.origin(), status, answer.reveal(), call.proofs, worker_.wall_now());
    }
    if (fault->kind == ErrorKind::cancelled) co_return std::unexpected(std::move(*fault));
    Error error = no_credential(slot, fault->message);
    error.should_retry = true;
    co_return std::unexpected(std::move(error));
}

void CredentialFetcher::settle(CredentialSlot& slot, Result<FetchedCredential>&& result) {
    if (result) return slot.fetched(std::move(*result), worker_.now());
    if (result.error().kind == ErrorKind::cancelled) return slot.abandoned();
    slot.failed(result.error(), worker_.now(), worker_.rng());
    shared_.say(true, result.error().message);
}

}  // namespace breakwater
