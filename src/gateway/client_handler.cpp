#include "client_handler.hpp"

#include "answer_cost.hpp"
#include "auth.hpp"
#include "breakwater/exchange/embedding_operation.hpp"
#include "breakwater/exchange/rerank_operation.hpp"
#include "breakwater/gateway/route_plan.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "client_dialect.hpp"
#include "gateway_transport.hpp"
#include "request_headers.hpp"
#include "response_headers.hpp"
#include "route_choice.hpp"

namespace breakwater {

namespace {

/// Bodies from this size on are read on another thread: less takes a fraction of a millisecond, as long as the way
/// there and back.
constexpr std::size_t kLongBodyBytes = 256u << 10;

/// A log line that needed more room gives it back.
constexpr std::size_t kLineKept = 16u << 10;

/// Of a request's JSON, roughly: for what depends on whether a prompt is short or long.
constexpr std::size_t kBytesPerToken = 4;

/// What HTTP itself asks for beside the dialect's error (RFC 9110, 10.2.1 and 11.6.1).
void add_protocol_headers(Headers& headers, ErrorKind kind, const HttpRequest* head) {
    if (kind == ErrorKind::unauthorized) headers.add("WWW-Authenticate", "Bearer");
    if (kind != ErrorKind::method_not_allowed) return;
    const auto path = match_api_path(head != nullptr ? head->target : std::string_view());
    headers.add("Allow", path ? std::string(methods_of(path->endpoint)) : "GET, POST");
}

bool is_about_models(Endpoint endpoint) noexcept {
    return endpoint == Endpoint::models || endpoint == Endpoint::model;
}

bool has_json_body(Endpoint endpoint) noexcept {
    return endpoint == Endpoint::chat || endpoint == Endpoint::count_tokens || endpoint == Endpoint::embeddings ||
           endpoint == Endpoint::rerank || endpoint == Endpoint::route_plan;
}

PlanBodies plan_bodies(std::string_view target) {
    return query_has(target, "bodies=all") ? PlanBodies::all : PlanBodies::first;
}

}  // namespace

ClientHandler::ClientHandler(Worker& worker, UpstreamPool& pool, MetricsShard& metrics, SharedState& shared)
    : worker_(worker),
      pool_(pool),
      fetcher_(worker, pool, shared),
      media_(worker, pool, shared.offload),
      metrics_(metrics),
      shared_(shared),
      log_(shared.log.open_lane()) {}

void ClientHandler::use(std::shared_ptr<const Snapshot> snapshot) {
    snapshot_ = std::move(snapshot);
    admitted_head_ = nullptr;  // its key is of the old one
    tables_ = std::make_shared<EngineTables>(knowledge_.tables_for(*snapshot_, shared_.deployments));
}

std::string ClientHandler::request_id(const Headers* headers) {
    if (headers != nullptr) {
        if (const auto sent = headers->find("x-request-id"); sent && is_request_id(*sent)) return std::string(*sent);
    }
    std::string id = "req_";
    worker_.rng().append_base62(id, 24);
    return id;
}

Result<ClientHandler::Admitted> ClientHandler::check_head(const HttpRequest& head) const {
    auto path = match_api_path(head.target);
    if (!path) return std::unexpected(std::move(path.error()));
    if (is_about_models(path->endpoint)) path->ingress = &dialect_for(head);
    if (!takes_method(path->endpoint, head.method)) {
        return fail(ErrorKind::method_not_allowed,
                    "This path takes " + std::string(methods_of(path->endpoint)) + ", not " + head.method + ".");
    }
    auto key = authenticate(snapshot_->config(), head.headers, key_in_query(*path, head.target));
    if (!key) return std::unexpected(std::move(key.error()));
    if (has_json_body(path->endpoint)) {
        if (auto json = check_json_body(head.headers); !json) return std::unexpected(std::move(json.error()));
    }
    return Admitted{std::move(*path), *key};
}

std::optional<HttpResponse> ClientHandler::admit(const HttpRequest& head) {
    admitted_head_ = nullptr;
    auto admitted = check_head(head);
    if (!admitted) return refuse(admitted.error(), &head, admitted.error().status());
    admitted_head_ = &head;
    admitted_ = std::move(*admitted);
    return std::nullopt;
}

// Whoever is at this address was seen by admit() before, so the last one that was seen there is this one.
Boxed<Error> ClientHandler::take_admitted(const HttpRequest& head, Admitted& admitted) {
    if (std::exchange(admitted_head_, nullptr) == &head) {
        admitted = std::move(admitted_);
        return {};
    }
    auto checked = check_head(head);
    if (!checked) return std::move(checked.error());
    admitted = std::move(*checked);
    return {};
}

HttpResponse ClientHandler::refusal(int status, std::string_view reason) {
    return refuse(error_of_status(status, reason), nullptr, status);
}

// Requests that end before they have a route are logged and counted like all others.
HttpResponse ClientHandler::refuse(const Error& error, const HttpRequest* head, int status) {
    RequestRecord record;
    record.request_id = request_id(head != nullptr ? &head->headers : nullptr);
    record.at = worker_.wall_now();
    record.config_generation = snapshot_->generation();
    if (head != nullptr) {
        record.method = head->method;
        record.path = logged_path(head->target);
    }
    const Ingress& dialect = head != nullptr ? dialect_for(*head) : dialect_of({});
    HttpResponse response = dialect.encode_error(error);
    // The HTTP layer has finer ones than the taxonomy: 417, 431, 501, 505.
    if (status != error.status()) response.head.status = status;
    decorate_head(response.head, record.request_id, {}, record.report, {});
    name_request(response.head.headers, dialect, record.request_id);
    add_protocol_headers(response.head.headers, error.kind, head);
    record.refused = error.code_or_default();
    record.report.status = response.head.status;
    record.report.error = error;
    metrics_.record_refusal(error.kind);
    finish(record, worker_.now());
    return response;
}

/// A request that is being answered: its configuration, its place among the running ones, and what will be said of it.
struct ClientHandler::Served {
    Served(ClientHandler& handler, const ServerRequest& request, const config::ClientKey* key)
        : snapshot(handler.snapshot_), tables(handler.tables_), running(handler.shared_) {
        record.request_id = handler.request_id(&request.http.headers);
        record.client = request.client;
        if (key != nullptr) record.key = key->name;
        record.method = request.http.method;
        record.path = logged_path(request.http.target);
        record.at = handler.worker_.wall_now();
        record.bytes_in = request.http.body.size();
        record.receive = request.body_complete - request.received;
        record.config_generation = snapshot->generation();
    }
    std::shared_ptr<const Snapshot> snapshot;
    std::shared_ptr<EngineTables> tables;  ///< of that snapshot
    RunningRequest running;
    RequestRecord record;
};

/// What head and path say of a request.
struct ClientHandler::Asked {
    const Ingress& dialect;
    const config::ClientKey* key;
    std::unique_ptr<Operation> operation;
};

/// What the exchange of a request borrows.
struct ClientHandler::Pending {
    Asked asked;                                ///< the operation until no attempt can follow
    Boxed<Error> fault{};                       ///< why it cannot be answered
    Boxed<std::vector<std::string>> earlier{};  ///< what the client said that the gateway kept, and the answers to it
    std::unique_ptr<ResponseKeeper> keeper{};
    ExchangeRequest exchange{};
};

// No coroutine itself, so that nothing of it waits for the answer.
Task<void> ClientHandler::handle(ServerRequest& request, ClientStream& client) {
    Admitted admitted;
    Boxed<Error> refusal = take_admitted(request.http, admitted);
    if (refusal) return refuse_late(request, client, std::move(refusal));
    switch (admitted.path.endpoint) {
        case Endpoint::chat:
        case Endpoint::embeddings:
        case Endpoint::rerank:
            return answer(request, client, take_path(admitted));
        case Endpoint::count_tokens:
            return count(request, client, take_path(admitted));
        case Endpoint::route_plan:
            return plan(request, client, take_path(admitted));
        case Endpoint::models:
        case Endpoint::model:
        case Endpoint::response:
        case Endpoint::response_items:
        case Endpoint::response_cancel:
            break;
    }
    return look_up(request, client, std::move(admitted));
}

ClientHandler::Asked ClientHandler::take_path(Admitted& admitted) {
    return {*admitted.path.ingress, admitted.key, make_operation(admitted.path)};
}

std::unique_ptr<Operation> ClientHandler::make_operation(ApiPath& path) {
    if (path.endpoint == Endpoint::embeddings) return std::make_unique<EmbeddingOperation>();
    if (path.endpoint == Endpoint::rerank) return std::make_unique<RerankOperation>();
    auto chat = std::make_unique<ChatOperation>(*path.ingress, path.endpoint == Endpoint::count_tokens);
    chat->request().model = std::move(path.model);
    chat->request().stream = path.stream;
    return chat;
}

// The configuration has changed since admit().
Task<void> ClientHandler::refuse_late(ServerRequest& request, ClientStream& client, Boxed<Error> error) {
    Served served(*this, request, nullptr);
    co_await answer_error(client, dialect_for(request.http), std::move(*error), served.record);
    finish(served.record, request.received);
}

// The error outlives it.
Task<void> ClientHandler::answer_error(ClientStream& client, const Ingress& dialect, Error&& error,
                                       RequestRecord& record) {
    HttpResponse response = dialect.encode_error(error);
    decorate_head(response.head, record.request_id, record.route, record.report, {}, record.decision.get());
    name_request(response.head.headers, dialect, record.request_id);
    record.report.status = response.head.status;
    record.report.bytes_out = response.body.size();
    record.report.error = std::move(error);
    if (!co_await client.respond(std::move(response.head), response.body))
        record.report.termination = Termination::client_gone;
}

// The body outlives it.
Task<void> ClientHandler::answer_json(ClientStream& client, const Ingress& dialect, std::string_view body,
                                      RequestRecord& record) {
    HttpResponseHead head;
    head.headers.add("Content-Type", "application/json");
    decorate_head(head, record.request_id, record.route, record.report,
                  {.receive = record.receive, .parse = record.parse});
    name_request(head.headers, dialect, record.request_id);
    record.report.status = 200;
    record.report.bytes_out = body.size();
    const bool written = co_await client.respond(std::move(head), body);
    record.report.termination = written ? Termination::complete : Termination::client_gone;
}

// What can be answered at once.
Result<std::string> ClientHandler::found(const ServerRequest& request, const Snapshot& snapshot,
                                         const Admitted& admitted) {
    const ApiPath& path = admitted.path;
    if (is_about_models(path.endpoint)) {
        if (auto body = models_body(snapshot, path, request.http)) return std::move(*body);
        return std::unexpected(model_not_found(snapshot, path.model));
    }
    return about_kept(kept_view(snapshot, admitted.key), path, request.http.method, request.http.target);
}

KeptView ClientHandler::kept_view(const Snapshot& snapshot, const config::ClientKey* key) {
    return {shared_.responses, snapshot.config().responses, key != nullptr ? std::string_view(key->name) : "",
            worker_.wall_now()};
}

Task<void> ClientHandler::look_up(ServerRequest& request, ClientStream& client, Admitted admitted) {
    Served served(*this, request, admitted.key);
    const Ingress& dialect = *admitted.path.ingress;
    Result<std::string> body = found(request, *served.snapshot, admitted);
    if (!body) {
        co_await answer_error(client, dialect, std::move(body.error()), served.record);
    } else {
        co_await answer_json(client, dialect, *body, served.record);
    }
    finish(served.record, request.received);
}

Task<void> ClientHandler::count(ServerRequest& request, ClientStream& client, Asked asked) {
    Served served(*this, request, asked.key);
    Pending pending{std::move(asked)};
    if (request.http.body.size() < kLongBodyBytes) {
        decode(request.http.body, worker_.json(), pending);
    } else {
        co_await decode_elsewhere(request.http.body, pending);
    }
    const Ingress& dialect = pending.asked.dialect;
    if (Boxed<Error> refusal = prepare(request, served, pending)) {
        co_await answer_error(client, dialect, std::move(*refusal), served.record);
    } else {
        const std::string body = dialect.encode_count(pending.asked.operation->needs().prompt.likely);
        co_await answer_json(client, dialect, body, served.record);
    }
    finish(served.record, request.received);
}

void ClientHandler::make_exchange(Pending& pending, const ServerRequest& http, const Snapshot& snapshot,
                                  const Snapshot::Resolved& resolved, const RequestRecord& record) {
    ExchangeRequest& exchange = pending.exchange;
    exchange.operation = pending.asked.operation.get();
    exchange.stream = record.stream;
    const ClientPatience patience = client_patience(http.http.headers, exchange.stream);
    exchange.deadline = earliest(Deadline::after(http.received, resolved.policies->timeouts.total),
                                 Deadline::after(http.received, patience.total));
    exchange.first_content_deadline = Deadline::after(http.received, patience.first_byte);
    exchange.committed = [&pending] { pending.asked.operation.reset(); };
    exchange.ingress = &pending.asked.dialect;
    exchange.plan.route = resolved.route_name;
    exchange.plan.candidates = resolved.candidates;
    exchange.plan.policies = resolved.policies;
    exchange.plan.prompt_tokens = record.prompt_tokens;
    exchange.plan.binding = [&snapshot](const Deployment& deployment) {
        const ProviderEntry* entry = snapshot.provider_of(deployment);
        return ProviderBinding{entry->provider.get(), entry->settings.headers};
    };
    exchange.ping = snapshot.server_settings()->timeouts.ping;
    exchange.response_id = exchange.operation->id_prefix();
    worker_.rng().append_base62(exchange.response_id, 24);
    keep_answer(pending, snapshot);
    exchange.decorate = [&record, &pending](HttpResponseHead& head, const ExchangeReport& report) {
        decorate_head(head, record.request_id, record.route, report, {.receive = record.receive, .parse = record.parse},
                      record.decision.get());
        name_request(head.headers, pending.asked.dialect, record.request_id);
    };
}

// The text of the request is freed, for the answer may take minutes.
void ClientHandler::decode(std::string& body, JsonReader& reader, Pending& pending) {
    Result<void> decoded = pending.asked.operation->decode(body, reader);
    std::string().swap(body);
    if (!decoded) pending.fault = std::move(decoded.error());
}

// With a reader of its own, because one that has read a long body holds several times its size.
Task<void> ClientHandler::decode_elsewhere(std::string& body, Pending& pending) {
    co_await shared_.offload.run(worker_, [&body, &pending] {
        JsonReader reader;
        decode(body, reader, pending);
    });
}

// Dialects that can go on from an answer say what is to be kept of a request.
void ClientHandler::keep_answer(Pending& pending, const Snapshot& snapshot) {
    ChatRequest* chat = pending.asked.operation->chat();
    if (chat == nullptr || !chat->own) return;
    const KeptView view = kept_view(snapshot, pending.asked.key);
    if (chat->own->input.empty() || !view.limits.enabled) return;
    KeptResponse kept{.previous_id = chat->own->previous_response_id,
                      .input = std::move(chat->own->input),
                      .answer = {},
                      .at = view.now};
    pending.keeper = std::make_unique<ResponseKeeper>(view.store, view.limits, std::string(view.owner),
                                                      pending.exchange.response_id, std::move(kept));
    pending.exchange.keeper = pending.keeper.get();
}

// False when the request does not go on from an earlier answer, or cannot.
bool ClientHandler::find_earlier(const Snapshot& snapshot, Pending& pending) {
    const ChatRequest* chat = pending.asked.operation->chat();
    if (pending.fault || chat == nullptr || !chat->own || chat->own->previous_response_id.empty()) return false;
    auto turns = earlier_turns(kept_view(snapshot, pending.asked.key), chat->own->previous_response_id,
                               snapshot.config().server.limits.body_bytes);
    if (turns) {
        pending.earlier = std::move(*turns);
    } else {
        pending.fault = std::move(turns.error());
    }
    return turns.has_value();
}

void ClientHandler::go_on(Pending& pending, JsonReader& reader) {
    const auto earlier = std::move(pending.earlier);
    if (auto done = pending.asked.dialect.go_on(*earlier, reader, *pending.asked.operation->chat()); !done)
        pending.fault = std::move(done.error());
}

Task<void> ClientHandler::go_on_elsewhere(Pending& pending) {
    co_await shared_.offload.run(worker_, [&pending] {
        JsonReader reader;
        go_on(pending, reader);
    });
}

// From the decoded body to what the exchange needs.
Boxed<Error> ClientHandler::prepare(ServerRequest& request, Served& served, Pending& pending) {
    if (pending.fault) return std::move(pending.fault);
    const Snapshot& snapshot = *served.snapshot;
    RequestRecord& record = served.record;
    Operation& operation = *pending.asked.operation;
    record.model = operation.model();
    record.stream = operation.stream();
    record.prompt_tokens = static_cast<std::int64_t>(record.bytes_in / kBytesPerToken);
    auto resolved = choose_route({snapshot, request.http.headers, pending.asked.key, worker_.json(),
                                  served.tables->health, worker_.now(), worker_.rng()},
                                 operation, record.decision);
    record.parse = worker_.renew_now() - request.body_complete;
    if (!resolved) return std::move(resolved.error());
    if (ChatRequest* chat = operation.chat(); chat != nullptr && chat->dialect == ClientDialect::anthropic_messages)
        keep_betas(request.http.headers, *chat);
    record.route = resolved->route_name;
    record.route_index = resolved->route_index;
    make_exchange(pending, request, snapshot, *resolved, record);
    record.timeouts = &resolved->policies->timeouts;
    record.deadline = pending.exchange.deadline.at() - request.received;
    record.keeps = std::move(resolved->ad_hoc);
    const Headers read = std::move(request.http.headers);
    return {};
}

bool ClientHandler::wants_media(const Served& served, const Pending& pending) {
    const config::Media& media = served.snapshot->config().server.media;
    if (!media.fetch) return false;
    const ChatRequest* chat = pending.asked.operation->chat();
    return chat != nullptr && MediaFetcher::is_needed(*chat, pending.exchange.plan.candidates);
}

Task<void> ClientHandler::answer(ServerRequest& request, ClientStream& client, Asked asked) {
    Served served(*this, request, asked.key);
    RequestRecord& record = served.record;
    Pending pending{std::move(asked)};
    if (request.http.body.size() < kLongBodyBytes) {
        decode(request.http.body, worker_.json(), pending);
    } else {
        co_await decode_elsewhere(request.http.body, pending);
    }
    if (find_earlier(*served.snapshot, pending)) co_await go_on_elsewhere(pending);
    Boxed<Error> refusal = prepare(request, served, pending);
    if (!refusal && wants_media(served, pending)) {
        refusal =
            co_await media_.fetch(*pending.asked.operation->chat(), pending.exchange.plan.candidates,
                                  served.snapshot->config().server.media, pending.exchange.deadline, client.gone());
    }
    if (refusal) {
        co_await answer_error(client, pending.asked.dialect, std::move(*refusal), record);
    } else {
        GatewayTransport transport(worker_, pool_, *served.snapshot, ++sequence_);
        EngineTables& tables = *served.tables;
        GatewayCredentials credentials(fetcher_, *served.snapshot);
        GatewayInFlight in_flight(tables.shared, *served.snapshot);
        co_await pending.asked.operation->run(
            pending.exchange, client,
            {worker_, transport, tables.health, tables.retries.at(record.route_index),
             tables.hedges.at(record.route_index), in_flight, worker_.rng(), credentials},
            record.report);
        record.cost_usd = answer_cost_usd(record.report);
        metrics_.record_exchange(record);
    }
    finish(record, request.received);
}

// A chat that ends where its first attempt would begin.
Task<void> ClientHandler::plan(ServerRequest& request, ClientStream& client, Asked asked) {
    Served served(*this, request, asked.key);
    Pending pending{std::move(asked)};
    if (request.http.body.size() < kLongBodyBytes) {
        decode(request.http.body, worker_.json(), pending);
    } else {
        co_await decode_elsewhere(request.http.body, pending);
    }
    std::string body;
    if (Boxed<Error> refusal = make_plan(request, served, pending, body)) {
        co_await answer_error(client, pending.asked.dialect, std::move(*refusal), served.record);
    } else {
        co_await answer_json(client, pending.asked.dialect, body, served.record);
    }
    finish(served.record, request.received);
}

Boxed<Error> ClientHandler::make_plan(const ServerRequest& request, Served& served, Pending& pending,
                                      std::string& plan) {
    if (pending.fault) return std::move(pending.fault);
    served.record.model = pending.asked.operation->model();
    served.record.stream = pending.asked.operation->stream();
    const PlanContext context{*served.snapshot,      request.http.headers, pending.asked.key,  worker_.json(),
                              served.tables->health, worker_.now(),        worker_.wall_now(), worker_.rng()};
    auto made = plan_route(context, *pending.asked.operation, plan_bodies(request.http.target));
    served.record.parse = worker_.renew_now() - request.body_complete;
    if (!made) return std::move(made.error());
    plan = std::move(*made);
    return {};
}

void ClientHandler::finish(RequestRecord& record, TimePoint started) {
    record.total = worker_.renew_now() - started;
    metrics_.record_request(record);
    // What never had a route or candidates is not worth a place: a scanner would take them all.
    const bool kept = !record.route.empty() || record.decision;
    line_.clear();
    if (kept || !shared_.log_text) append_access_json(line_, record);
    if (kept) {
        RecentRequests::Timers timers{.deadline = record.deadline};
        if (record.timeouts != nullptr) timers.timeouts = *record.timeouts;
        recent_.put(record.request_id, line_, timers);
    }
    if (shared_.log_text) {
        log_.line([&record](std::string& out) { append_access_text(out, record); });
    } else {
        log_.write(line_);
    }
    if (line_.capacity() > kLineKept) std::string().swap(line_);
}

}  // namespace breakwater
