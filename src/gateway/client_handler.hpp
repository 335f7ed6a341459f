#pragma once

#include <memory>
#include <vector>

#include "access_log.hpp"
#include "api_path.hpp"
#include "breakwater/exchange/chat_operation.hpp"
#include "breakwater/gateway/metrics.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/net/worker.hpp"
#include "credential_fetcher.hpp"
#include "engine_tables.hpp"
#include "kept_responses.hpp"
#include "media_fetcher.hpp"
#include "recent_requests.hpp"
#include "request_metrics.hpp"
#include "shared_state.hpp"
#include "span_exporter.hpp"

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
    void stop() {
        fetcher_.stop();
        media_.stop();
        spans_.stop();
    }
    /// Sends the spans that wait, without further delay; then calls `done`.
    void flush_spans(std::function<void()> done) { spans_.flush(std::move(done)); }
    [[nodiscard]] const std::shared_ptr<const Snapshot>& snapshot() const noexcept { return snapshot_; }
    [[nodiscard]] const WorkerKnowledge& knowledge() const noexcept { return knowledge_; }
    /// Any thread.
    [[nodiscard]] const RecentRequests& recent() const noexcept { return recent_; }

    std::optional<HttpResponse> admit(const HttpRequest& head) override;
    [[nodiscard]] bool takes_start(const HttpRequest& start) override;
    Task<void> handle(ServerRequest& request, ClientStream& client) override;
    [[nodiscard]] HttpResponse refusal(int status, std::string_view reason, const HttpRequest* head) override;

private:
    struct Admitted {
        ApiPath path{};
        const config::ClientKey* key = nullptr;
    };
    struct Served;
    struct Asked;
    struct Pending;
    Result<Admitted> check_head(const HttpRequest& head) const;
    Result<Admitted> check_preflight(const HttpRequest& head) const;
    Result<const config::ClientKey*> key_of(const ApiPath& path, const HttpRequest& head) const;
    [[nodiscard]] bool is_known(const HttpRequest* head) const;
    Boxed<Error> take_admitted(const HttpRequest& head, Admitted& admitted);
    // What is called by `answer` has its large values in frames of its own: inlined, they would be in that of a
    // coroutine that waits as long as the answer takes. Hence [[gnu::noinline]].
    Task<void> answer(ServerRequest& request, ClientStream& client, Asked asked);
    /// Makes the body of an answer that needs no provider, or says why there is none.
    using MakeBody = Boxed<Error> (ClientHandler::*)(ServerRequest& request, Served& served, Pending& pending,
                                                     std::string& body);
    Task<void> answer_here(ServerRequest& request, ClientStream& client, Asked asked, MakeBody make);
    Boxed<Error> make_count(ServerRequest& request, Served& served, Pending& pending, std::string& count);
    Boxed<Error> make_plan(ServerRequest& request, Served& served, Pending& pending, std::string& plan);
    Task<void> look_up(ServerRequest& request, ClientStream& client, Admitted admitted);
    Result<std::string> found(const ServerRequest& request, const Snapshot& snapshot, const Admitted& admitted);
    KeptView kept_view(const Snapshot& snapshot, const config::ClientKey* key);
    [[gnu::noinline]] bool find_earlier(const Snapshot& snapshot, Pending& pending);
    static void go_on(Pending& pending, JsonReader& reader);
    Task<void> go_on_elsewhere(Pending& pending);
    void keep_answer(Pending& pending, const Snapshot& snapshot);
    Task<void> answer_preflight(ServerRequest& request, ClientStream& client);
    Task<void> refuse_late(ServerRequest& request, ClientStream& client, Boxed<Error> error);
    static Asked take_path(Admitted& admitted, const HttpRequest& head);
    Asked take_session(Admitted& admitted, const HttpRequest& head) const;
    Asked take_live(const Admitted& admitted, const HttpRequest& head) const;
    Task<void> answer_live(ServerRequest& request, ClientStream& client, Asked asked);
    Result<std::string> renew_key(const HttpRequest& head, Asked& asked, std::string first) const;
    Task<void> refuse_live(ServerRequest& request, ClientStream& session, const config::ClientKey* key,
                           Boxed<Error> error);
    static std::unique_ptr<Operation> make_operation(ApiPath& path, const HttpRequest& head);
    static void decode(std::string& body, JsonReader& reader, Pending& pending);
    [[gnu::noinline]] bool decode_here(std::string& body, Pending& pending);
    Task<void> decode_elsewhere(std::string& body, Pending& pending);
    [[gnu::noinline]] static void decode_start(ServerRequest& request, Pending& pending);
    [[gnu::noinline]] static bool wants_media(const Served& served, const Pending& pending);
    [[gnu::noinline]] Boxed<Error> prepare(ServerRequest& request, Served& served, Pending& pending);
    Task<void> answer_json(ClientStream& client, const Ingress& dialect, std::string_view body, RequestRecord& record);
    Task<void> answer_error(ClientStream& client, const Ingress& dialect, Error&& error, RequestRecord& record);
    void make_exchange(Pending& pending, const ServerRequest& http, const Snapshot& snapshot,
                       const Snapshot::Resolved& resolved, RequestRecord& record);
    HttpResponse refuse(const Error& error, const HttpRequest* head, int status);
    void finish(RequestRecord& record, TimePoint started);
    void send_spans(const RequestRecord& record);
    std::string request_id(const Headers* headers);

    Worker& worker_;
    UpstreamPool& pool_;
    CredentialFetcher fetcher_;
    MediaFetcher media_;
    RequestMetrics metrics_;
    SpanExporter spans_;
    SharedState& shared_;
    LogSink::Lane& log_;
    RecentRequests recent_;
    std::string line_;  ///< where log lines and spans are written
    std::shared_ptr<const Snapshot> snapshot_;
    WorkerKnowledge knowledge_;
    std::shared_ptr<EngineTables> tables_;  ///< for the snapshot in force
    std::uint64_t sequence_ = 0;
    // What admit() found out about the request that it saw last: nearly always handle() gets that one next.
    const HttpRequest* admitted_head_ = nullptr;
    Admitted admitted_{};
};

}  // namespace breakwater
