#pragma once

#include <memory>
#include <vector>

#include "access_log.hpp"
#include "api_path.hpp"
#include "breakwater/gateway/metrics.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/net/worker.hpp"
#include "credential_fetcher.hpp"
#include "engine_tables.hpp"
#include "recent_requests.hpp"
#include "request_metrics.hpp"
#include "shared_state.hpp"

namespace breakwater {

/// The client listener of one worker: authentication, endpoints, and for each request one exchange, one log line and
/// its metrics. While an answer is under way its coroutines wait, so errors and other large values are left to
/// functions: whatever a coroutine has by value stays in its frame.
class ClientHandler final : public RequestHandler {
public:
    ClientHandler(Worker& worker, UpstreamPool& pool, MetricsShard& metrics, SharedState& shared);

    /// Puts a snapshot in force for requests that begin from now on.
    void use(std::shared_ptr<const Snapshot> snapshot);
    /// Ends what goes on beside the requests, before the worker ends.
    void stop() { fetcher_.stop(); }
    [[nodiscard]] const std::shared_ptr<const Snapshot>& snapshot() const noexcept { return snapshot_; }
    [[nodiscard]] const WorkerKnowledge& knowledge() const noexcept { return knowledge_; }
    /// Any thread.
    [[nodiscard]] const RecentRequests& recent() const noexcept { return recent_; }

    std::optional<HttpResponse> admit(const HttpRequest& head) override;
    Task<void> handle(ServerRequest& request, ClientStream& client) override;
    [[nodiscard]] HttpResponse refusal(int status, std::string_view reason) override;

private:
    struct Admitted {
        ApiPath path{};
        const config::ClientKey* key = nullptr;
    };
    struct Served;
    struct Chat;
    Result<Admitted> check_head(const HttpRequest& head) const;
    Boxed<Error> take_admitted(const HttpRequest& head, Admitted& admitted);
    Task<void> chat(ServerRequest& request, ClientStream& client, const config::ClientKey* key);
    Task<void> models(ServerRequest& request, ClientStream& client, Admitted admitted);
    Task<void> refuse_late(ServerRequest& request, ClientStream& client, Boxed<Error> error);
    static void decode(std::string& body, JsonReader& reader, Chat& chat);
    Task<void> decode_elsewhere(std::string& body, Chat& chat);
    Boxed<Error> prepare(ServerRequest& request, const config::ClientKey* key, Served& served, Chat& chat);
    Task<void> answer_error(ClientStream& client, Error&& error, RequestRecord& record);
    void make_exchange(Chat& chat, const ServerRequest& http, const Snapshot& snapshot,
                       const Snapshot::Resolved& resolved, const RequestRecord& record);
    HttpResponse refuse(const Error& error, const HttpRequest* head, int status);
    void finish(RequestRecord& record, TimePoint started);
    std::string request_id(const Headers* headers);

    Worker& worker_;
    UpstreamPool& pool_;
    CredentialFetcher fetcher_;
    RequestMetrics metrics_;
    SharedState& shared_;
    LogSink::Lane& log_;
    RecentRequests recent_;
    std::shared_ptr<const Snapshot> snapshot_;
    WorkerKnowledge knowledge_;
    std::shared_ptr<EngineTables> tables_;  ///< for the snapshot in force
    std::uint64_t sequence_ = 0;
    // What admit() found out about the request that it saw last: nearly always handle() gets that one next.
    const HttpRequest* admitted_head_ = nullptr;
    Admitted admitted_{};
};

}  // namespace breakwater
