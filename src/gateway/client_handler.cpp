#include "client_handler.hpp"

#include "breakwater/exchange/embedding_operation.hpp"
#include "breakwater/exchange/image_edit_operation.hpp"
#include "breakwater/exchange/image_operation.hpp"
#include "breakwater/exchange/moderation_operation.hpp"
#include "breakwater/exchange/realtime_operation.hpp"
#include "breakwater/exchange/rerank_operation.hpp"
#include "breakwater/exchange/speech_operation.hpp"
#include "breakwater/exchange/transcription_operation.hpp"
#include "breakwater/wire/multipart.hpp"
#include "client_dialect.hpp"
#include "client_request.hpp"
#include "cors.hpp"
#include "files.hpp"
#include "head_checks.hpp"
#include "relay.hpp"
#include "request_headers.hpp"
#include "request_spans.hpp"
#include "response_headers.hpp"
#include "session_request.hpp"

namespace breakwater {

namespace {

// The boundary was found to be good before the body was read.
std::unique_ptr<Operation> make_form_operation(Endpoint endpoint, const HttpRequest& head) {
    std::string boundary = form_boundary(head.headers.get("content-type")).value_or("");
    if (endpoint == Endpoint::image_edits) return std::make_unique<ImageEditOperation>(std::move(boundary));
    return std::make_unique<TranscriptionOperation>(std::move(boundary), endpoint == Endpoint::translations);
}

/// A log line that needed more room gives it back.
constexpr std::size_t kLineKept = 16u << 10;

/// What HTTP itself asks for beside the dialect's error (RFC 9110, 10.2.1 and 11.6.1).
void add_protocol_headers(Headers& headers, ErrorKind kind, const HttpRequest* head) {
    if (kind == ErrorKind::unauthorized) headers.add("WWW-Authenticate", "Bearer");
    if (kind != ErrorKind::method_not_allowed) return;
    std::string_view taken = "GET, POST";
    if (head != nullptr) {
        if (const auto path = match_api_path(head->target)) taken = methods_of(path->endpoint);
    }
    headers.add("Allow", std::string(taken));
}

bool is_served_always(Endpoint endpoint) noexcept {
    return is_public(endpoint) || endpoint == Endpoint::preflight;
}

Error memory_is_short() {
    Error error(ErrorKind::overloaded, "The gateway has nearly used up its memory and takes no new requests now.");
    error.code = "memory_short";
    error.retry_after = std::chrono::seconds(1);
    return error;
}

}  // namespace

ClientHandler::ClientHandler(Worker& worker, UpstreamPool& pool, MetricsShard& metrics, SharedState& shared)
    : worker_(worker),
      pool_(pool),
      fetcher_(worker, pool, shared),
      media_(worker, pool, shared.offload),
      metrics_(metrics),
      spans_(worker, pool, metrics, shared),
      shared_(shared),
      log_(shared.log.open_lane()) {}

void ClientHandler::use(std::shared_ptr<const Snapshot> snapshot) {
    snapshot_ = std::move(snapshot);
    spans_.use(snapshot_->span_target());
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
    const config::Cors& cors = snapshot_->config().server.cors;
    if (!cors.origins.empty() && is_preflight(head)) return check_preflight(head);
    auto path = match_api_path(head.target);
    if (!path) return std::unexpected(std::move(path.error()));
    if (is_shared(path->endpoint)) path->ingress = &dialect_for(head);
    if (!takes_method(path->endpoint, head.method)) {
        return fail(ErrorKind::method_not_allowed,
                    "This path takes " + std::string(methods_of(path->endpoint)) + ", not " + head.method + ".");
    }
    if (is_public(path->endpoint)) {
        if (auto bare = check_no_body(head.headers); !bare) return std::unexpected(std::move(bare.error()));
        return Admitted{std::move(*path), nullptr};
    }
    auto key = key_of(*path, head);
    if (!key) return std::unexpected(std::move(key.error()));
    if (auto good = check_asked(*snapshot_, *key, *path, head); !good) return std::unexpected(std::move(good.error()));
    return Admitted{std::move(*path), *key};
}

Result<const config::ClientKey*> ClientHandler::key_of(const ApiPath& path, const HttpRequest& head) const {
    const bool session = path.endpoint == Endpoint::realtime;
    return authenticate(snapshot_->config(), head.headers,
                        session ? std::string(key_in_subprotocol(head.headers)) : key_in_query(path, head.target));
}

/// Whether a request that is refused, for whatever it be, comes from somebody who may use the gateway.
bool ClientHandler::is_known(const HttpRequest* head) const {
    if (snapshot_->config().keys_open) return true;
    if (head == nullptr || !head->headers.find("traceparent")) return false;
    const auto path = match_api_path(head->target);
    return path && key_of(*path, *head);
}

// A browser asks without the key, and for any path, so that what is wrong with the request itself can be read.
Result<ClientHandler::Admitted> ClientHandler::check_preflight(const HttpRequest& head) const {
    if (cors_grant(snapshot_->config().server.cors, &head.headers).origin == nullptr)
        return std::unexpected(foreign_origin());
    if (auto bare = check_no_body(head.headers); !bare) return std::unexpected(std::move(bare.error()));
    return Admitted{.path = {.endpoint = Endpoint::preflight, .ingress = &dialect_for(head)}};
}

std::optional<HttpResponse> ClientHandler::admit(const HttpRequest& head) {
    admitted_head_ = nullptr;
    auto admitted = check_head(head);
    // Only here: whose body has come is served.
    if (admitted && !is_served_always(admitted->path.endpoint) && shared_.memory.is_short(worker_.now()))
        admitted = std::unexpected(memory_is_short());
    if (!admitted) return refuse(admitted.error(), &head, admitted.error().status());
    admitted_head_ = &head;
    admitted_ = std::move(*admitted);
    return std::nullopt;
}

// Of those whose body nobody has to read to its end before a provider is asked.
bool ClientHandler::takes_start(const HttpRequest& start) {
    const auto path = match_api_path(start.target);
    if (!path) return false;
    if (is_recording(path->endpoint)) return takes_recording_start(*snapshot_, start);
    return path->endpoint == Endpoint::files || path->endpoint == Endpoint::passthrough;
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

HttpResponse ClientHandler::refusal(int status, std::string_view reason, const HttpRequest* head) {
    return refuse(error_of_status(status, reason), head, status);
}

// Requests that end before they have a route are logged and counted like all others.
HttpResponse ClientHandler::refuse(const Error& error, const HttpRequest* head, int status) {
    RequestRecord record;
    record.request_id = request_id(head != nullptr ? &head->headers : nullptr);
    record.at = worker_.wall_now();
    record.config_generation = snapshot_->generation();
    record.trace = trace_request(*snapshot_, head != nullptr ? &head->headers : nullptr, is_known(head), worker_.rng());
    if (head != nullptr) {
        record.method = head->method;
        record.path = logged_path(head->target);
    }
    const Ingress& dialect = head != nullptr ? dialect_for(*head) : dialect_of({});
    HttpResponse response = dialect.encode_error(error, record.request_id);
    // The HTTP layer has finer ones than the taxonomy: 417, 431, 501, 505.
    if (status != error.status()) response.head.status = status;
    decorate_head(response.head, record.request_id, {}, record.report, {});
    name_request(response.head.headers, dialect, record.request_id);
    add_cors(response.head.headers,
             cors_grant(snapshot_->config().server.cors, head != nullptr ? &head->headers : nullptr));
    add_protocol_headers(response.head.headers, error.kind, head);
    record.refused = error.code_or_default();
    record.report.status = response.head.status;
    record.report.error = error;
    metrics_.record_refusal(error.kind);
    finish(record, worker_.now());
    return response;
}

// No coroutine itself, so that nothing of it waits for the answer.
Task<void> ClientHandler::handle(ServerRequest& request, ClientStream& client) {
    Admitted admitted;
    Boxed<Error> refusal = take_admitted(request.http, admitted);
    if (refusal) return refuse_late(request, client, std::move(refusal));
    switch (admitted.path.endpoint) {
        case Endpoint::chat:
        case Endpoint::embeddings:
        case Endpoint::rerank:
        case Endpoint::moderations:
        case Endpoint::images:
        case Endpoint::image_edits:
        case Endpoint::speech:
        case Endpoint::transcriptions:
        case Endpoint::translations:
        case Endpoint::passthrough:
        case Endpoint::files:
        case Endpoint::file:
        case Endpoint::file_content:
        case Endpoint::batches:
        case Endpoint::batch:
        case Endpoint::batch_cancel:
        case Endpoint::message_batches:
        case Endpoint::message_batch:
        case Endpoint::message_batch_results:
        case Endpoint::message_batch_cancel:
            return answer(request, client, take_path(admitted, request.http));
        case Endpoint::realtime:
            return answer(request, client, take_session(admitted, request.http));
        case Endpoint::live:
            return answer_live(request, client, take_live(admitted, request.http));
        case Endpoint::count_tokens:
            return answer_here(request, client, take_path(admitted, request.http), &ClientHandler::make_count);
        case Endpoint::route_plan:
            return answer_here(request, client, take_path(admitted, request.http), &ClientHandler::make_plan);
        case Endpoint::preflight:
            return answer_preflight(request, client);
        case Endpoint::models:
        case Endpoint::model:
        case Endpoint::response:
        case Endpoint::response_items:
        case Endpoint::response_cancel:
        case Endpoint::openapi:
        case Endpoint::probe:
            break;
    }
    return look_up(request, client, std::move(admitted));
}

ClientHandler::Asked ClientHandler::take_path(Admitted& admitted, const HttpRequest& head) {
    return {*admitted.path.ingress, admitted.key, make_operation(admitted.path, head)};
}

ClientHandler::Asked ClientHandler::take_session(Admitted& admitted, const HttpRequest& head) const {
    return {*admitted.path.ingress, admitted.key,
            std::make_unique<RealtimeOperation>(read_session_request(head, std::move(admitted.path.model)),
                                                accept_session(head), snapshot_->config().server.realtime)};
}

std::unique_ptr<Operation> ClientHandler::make_operation(ApiPath& path, const HttpRequest& head) {
    if (path.endpoint == Endpoint::embeddings) {
        auto embeddings =
            std::make_unique<EmbeddingOperation>(path.embeddings != nullptr ? *path.embeddings : openai_embeddings());
        embeddings->set_model(std::move(path.model));
        return embeddings;
    }
    if (path.endpoint == Endpoint::rerank) return std::make_unique<RerankOperation>();
    if (path.endpoint == Endpoint::moderations) return std::make_unique<ModerationOperation>();
    if (path.endpoint == Endpoint::images) return std::make_unique<ImageOperation>();
    if (path.endpoint == Endpoint::speech) return std::make_unique<SpeechOperation>();
    if (has_form_body(path.endpoint)) return make_form_operation(path.endpoint, head);
    if (path.endpoint == Endpoint::passthrough) return make_passthrough(head, path.model);
    if (is_about_files(path.endpoint)) return make_file_operation(path, head);
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
    HttpResponse response = dialect.encode_error(error, record.request_id);
    decorate_head(response.head, record.request_id, record.route, record.report, {}, record.decision.get());
    name_request(response.head.headers, dialect, record.request_id);
    add_cors(response.head.headers, record.cors);
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
    add_cors(head.headers, record.cors);
    record.report.status = 200;
    record.report.bytes_out = body.size();
    const bool written = co_await client.respond(std::move(head), body);
    record.report.termination = written ? Termination::complete : Termination::client_gone;
}

Task<void> ClientHandler::answer_preflight(ServerRequest& request, ClientStream& client) {
    Served served(*this, request, nullptr);
    RequestRecord& record = served.record;
    HttpResponseHead head;
    decorate_head(head, record.request_id, {}, record.report, {});
    add_cors(head.headers, record.cors);
    add_preflight(head.headers, served.snapshot->config().server.cors);
    record.report.status = head.status;
    const bool written = co_await client.respond(std::move(head), {});
    record.report.termination = written ? Termination::complete : Termination::client_gone;
    finish(record, request.received);
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
    if (record.trace && record.trace->recorded()) send_spans(record);
    if (line_.capacity() > kLineKept) std::string().swap(line_);
}

void ClientHandler::send_spans(const RequestRecord& record) {
    line_.clear();
    const std::size_t count = append_request_spans(line_, record);
    spans_.put(line_, count);
}

}  // namespace breakwater
