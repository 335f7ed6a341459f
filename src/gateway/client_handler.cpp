#include "client_handler.hpp"

#include "auth.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "gateway_transport.hpp"
#include "request_headers.hpp"
#include "response_headers.hpp"
#include "route_choice.hpp"

namespace breakwater {

namespace {

/// Bodies from this size on are read on another thread: less takes a fraction of a millisecond, as long as the way
/// there and back.
constexpr std::size_t kLongBodyBytes = 256u << 10;

/// Of a request's JSON, roughly: for what depends on whether a prompt is short or long.
constexpr std::size_t kBytesPerToken = 4;

const Ingress& chat_ingress() {
    static const Ingress& ingress = *find_ingress("openai.chat");
    return ingress;
}

/// What HTTP itself asks for beside the dialect's error (RFC 9110, 10.2.1 and 11.6.1).
void add_protocol_headers(Headers& headers, ErrorKind kind, const HttpRequest* head) {
    if (kind == ErrorKind::unauthorized) headers.add("WWW-Authenticate", "Bearer");
    if (kind != ErrorKind::method_not_allowed) return;
    const auto path = match_api_path(head != nullptr ? head->target : std::string_view());
    headers.add("Allow", path ? std::string(method_of(path->endpoint)) : "GET, POST");
}

}  // namespace

ClientHandler::ClientHandler(Worker& worker, UpstreamPool& pool, MetricsShard& metrics, SharedState& shared)
    : worker_(worker),
      pool_(pool),
      fetcher_(worker, pool, shared),
      metrics_(metrics),
      shared_(shared),
      log_(shared.log.open_lane()) {}

void ClientHandler::use(std::shared_ptr<const Snapshot> snapshot) {
    snapshot_ = std::move(snapshot);
    admitted_head_ = nullptr;  // its key is of the old one
    tables_ = std::make_shared<EngineTables>(knowledge_.tables_for(*snapshot_, shared_, worker_));
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
    const std::string_view method = method_of(path->endpoint);
    const bool head_for_get = head.method == "HEAD" && method == "GET";
    if (head.method != method && !head_for_get) {
        return fail(ErrorKind::method_not_allowed,
                    "This path takes " + std::string(method) + ", not " + head.method + ".");
    }
    auto key = authenticate(snapshot_->config(), head.headers);
    if (!key) return std::unexpected(std::move(key.error()));
    if (method == "POST") {
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
        record.path = head->target;
    }
    HttpResponse response = chat_ingress().encode_error(error);
    response.head.status = status;  // the HTTP layer has finer ones than the taxonomy: 417, 431, 501, 505
    decorate_head(response.head, record.request_id, {}, record.report, {});
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
        record.path = request.http.target;
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

/// What the exchange of a chat borrows.
struct ClientHandler::Chat {
    std::unique_ptr<ChatRequest> request{};  ///< until the commit point
    Boxed<Error> fault{};                    ///< why there is none
    ExchangeRequest exchange{};
};

// No coroutine itself, so that nothing of it waits for the answer.
Task<void> ClientHandler::handle(ServerRequest& request, ClientStream& client) {
    Admitted admitted;
    Boxed<Error> refusal = take_admitted(request.http, admitted);
    if (refusal) return refuse_late(request, client, std::move(refusal));
    if (admitted.path.endpoint == Endpoint::chat_completions) return chat(request, client, admitted.key);
    return models(request, client, std::move(admitted));
}

// The configuration has changed since admit().
Task<void> ClientHandler::refuse_late(ServerRequest& request, ClientStream& client, Boxed<Error> error) {
    Served served(*this, request, nullptr);
    co_await answer_error(client, std::move(*error), served.record);
    finish(served.record, request.received);
}

// The error outlives it.
Task<void> ClientHandler::answer_error(ClientStream& client, Error&& error, RequestRecord& record) {
    HttpResponse response = chat_ingress().encode_error(error);
    decorate_head(response.head, record.request_id, record.route, record.report, {});
    record.report.status = response.head.status;
    record.report.bytes_out = response.body.size();
    record.report.error = std::move(error);
    if (!co_await client.respond(std::move(response.head), response.body))
        record.report.termination = Termination::client_gone;
}

Task<void> ClientHandler::models(ServerRequest& request, ClientStream& client, Admitted admitted) {
    Served served(*this, request, admitted.key);
    const Snapshot& snapshot = *served.snapshot;
    RequestRecord& record = served.record;
    const ApiPath& path = admitted.path;
    std::optional<std::string> body =
        path.endpoint == Endpoint::models ? snapshot.models_json() : snapshot.model_json(path.model);
    if (!body) {
        co_await answer_error(client, model_not_found(snapshot, path.model), record);
    } else {
        HttpResponseHead head;
        head.headers.add("Content-Type", "application/json");
        decorate_head(head, record.request_id, {}, record.report, {.receive = record.receive, .parse = record.parse});
        record.report.status = 200;
        record.report.bytes_out = body->size();
        const bool written = co_await client.respond(std::move(head), *body);
        record.report.termination = written ? Termination::complete : Termination::client_gone;
    }
    finish(record, request.received);
}

void ClientHandler::make_exchange(Chat& chat, const ServerRequest& http, const Snapshot& snapshot,
                                  const Snapshot::Resolved& resolved, const RequestRecord& record) {
    ExchangeRequest& exchange = chat.exchange;
    const ChatRequest& request = *chat.request;
    const ClientPatience patience = client_patience(http.http.headers, request.stream);
    exchange.deadline = earliest(Deadline::after(http.received, resolved.policies->timeouts.total),
                                 Deadline::after(http.received, patience.total));
    exchange.first_content_deadline = Deadline::after(http.received, patience.first_byte);
    exchange.request = &request;
    exchange.committed = [&chat] { chat.request.reset(); };
    exchange.ingress = &chat_ingress();
    exchange.plan.route = resolved.route_name;
    exchange.plan.candidates = resolved.candidates;
    exchange.plan.policies = resolved.policies;
    exchange.plan.prompt_tokens = record.prompt_tokens;
    exchange.plan.client_key = record.key;
    exchange.plan.binding = [&snapshot](const Deployment& deployment) {
        const ProviderEntry* entry = snapshot.provider_of(deployment);
        return ProviderBinding{entry->provider.get(), entry->settings.headers};
    };
    exchange.ping = snapshot.server_settings()->timeouts.ping;
    exchange.response_id = "chatcmpl-";
    worker_.rng().append_base62(exchange.response_id, 24);
    exchange.decorate = [&record](HttpResponseHead& head, const ExchangeReport& report) {
        decorate_head(head, record.request_id, record.route, report, {.receive = record.receive, .parse = record.parse},
                      record.decision);
    };
}

// The text of the request is freed, for the answer may take minutes.
void ClientHandler::decode(std::string& body, JsonReader& reader, Chat& chat) {
    chat.request = std::make_unique<ChatRequest>();
    Result<void> decoded = chat_ingress().decode(body, reader, *chat.request);
    std::string().swap(body);
    if (!decoded) chat.fault = std::move(decoded.error());
}

// With a reader of its own, because one that has read a long body holds several times its size.
Task<void> ClientHandler::decode_elsewhere(std::string& body, Chat& chat) {
    co_await shared_.offload.run(worker_, [&body, &chat] {
        JsonReader reader;
        decode(body, reader, chat);
    });
}

// From the decoded body to what the exchange needs.
Boxed<Error> ClientHandler::prepare(ServerRequest& request, const config::ClientKey* key, Served& served, Chat& chat) {
    if (chat.fault) return std::move(chat.fault);
    const Snapshot& snapshot = *served.snapshot;
    RequestRecord& record = served.record;
    record.model = chat.request->model;
    record.stream = chat.request->stream;
    record.prompt_tokens = static_cast<std::int64_t>(record.bytes_in / kBytesPerToken);
    auto resolved = choose_route(
        {snapshot, request.http.headers, key, worker_.json(), served.tables->health, worker_.now(), worker_.rng()},
        *chat.request, record.decision);
    record.parse = worker_.renew_now() - request.body_complete;
    if (!resolved) return std::move(resolved.error());
    record.route = resolved->route_name;
    record.route_index = resolved->route_index;
    make_exchange(chat, request, snapshot, *resolved, record);
    record.keeps = std::move(resolved->ad_hoc);
    const Headers read = std::move(request.http.headers);
    return {};
}

Task<void> ClientHandler::chat(ServerRequest& request, ClientStream& client, const config::ClientKey* key) {
    Served served(*this, request, key);
    RequestRecord& record = served.record;
    Chat chat;
    if (request.http.body.size() < kLongBodyBytes) {
        decode(request.http.body, worker_.json(), chat);
    } else {
        co_await decode_elsewhere(request.http.body, chat);
    }
    if (Boxed<Error> refusal = prepare(request, key, served, chat)) {
        co_await answer_error(client, std::move(*refusal), record);
    } else {
        GatewayTransport transport(worker_, pool_, *served.snapshot, ++sequence_);
        EngineTables& tables = *served.tables;
        GatewayCredentials credentials(fetcher_, *served.snapshot);
        GatewayInFlight in_flight(tables.shared, shared_.queues);
        co_await run_exchange(
            chat.exchange, client,
            {worker_, transport, tables.health, tables.retries.at(record.route_index),
             tables.hedges.at(record.route_index), in_flight, worker_.rng(), credentials,
             tables.queues.at(record.route_index).get(), tables.outliers.at(record.route_index).get()},
            record.report);
        if (record.report.served != nullptr && record.report.usage) {
            record.cost_usd = cost_usd(record.report.served->facts.price, *record.report.usage);
        }
        metrics_.record_exchange(record);
    }
    finish(record, request.received);
}

void ClientHandler::finish(RequestRecord& record, TimePoint started) {
    record.total = worker_.renew_now() - started;
    metrics_.record_request(record);
    std::string_view line;
    // What never had a route is not worth a place: a scanner would take them all.
    if (!record.route.empty()) {
        line = recent_.put(record.request_id, [&record](std::string& out) { append_access_json(out, record); });
    }
    log_.line([this, &record, line](std::string& out) {
        if (shared_.log_text) return append_access_text(out, record);
        if (line.empty()) return append_access_json(out, record);
        out += line;
    });
}

}  // namespace breakwater
