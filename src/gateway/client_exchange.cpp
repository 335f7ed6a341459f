#include "answer_cost.hpp"
#include "client_dialect.hpp"
#include "client_handler.hpp"
#include "client_request.hpp"
#include "file_owner.hpp"
#include "relay.hpp"
#include "request_headers.hpp"
#include "response_headers.hpp"
#include "route_choice.hpp"

// What ClientHandler has providers answer: from the body to the end of the exchange.

namespace breakwater {

namespace {

/// Bodies from this size on are read on another thread: less takes a fraction of a millisecond, as long as the way
/// there and back.
constexpr std::size_t kLongBodyBytes = 256u << 10;

/// Of a request's JSON, roughly: for what depends on whether a prompt is short or long.
constexpr std::size_t kBytesPerToken = 4;

/// Past the routes. Who is asked may have stood in the body, so that it was not seen before.
Result<Snapshot::Resolved> way_past_routes(const Snapshot& snapshot, const config::ClientKey* key,
                                           const Operation& operation) {
    if (const auto dialect = operation.keeps_in()) return files_route(snapshot, key, operation.model(), *dialect);
    return relay_route(snapshot, key, operation.model());
}

}  // namespace

void ClientHandler::make_exchange(Pending& pending, const ServerRequest& http, const Snapshot& snapshot,
                                  const Snapshot::Resolved& resolved, RequestRecord& record) {
    ExchangeRequest& exchange = pending.exchange;
    exchange.operation = pending.asked.operation.get();
    exchange.stream = record.stream;
    const ClientHints hints = client_hints(http.http.headers, exchange.stream);
    const TimePoint since = pending.asked.since.value_or(http.received);
    exchange.deadline =
        earliest(Deadline::after(since, resolved.policies->timeouts.total), Deadline::after(since, hints.total));
    exchange.first_content_deadline = Deadline::after(since, hints.first_byte);
    record.client_retries = hints.retries;
    exchange.repeated = hints.retries > 0;
    exchange.committed = [&pending] { pending.asked.operation.reset(); };
    exchange.ingress = &pending.asked.dialect;
    exchange.plan.route = resolved.route_name;
    exchange.plan.candidates = resolved.candidates;
    exchange.plan.policies = resolved.policies;
    exchange.plan.prompt_tokens = record.prompt_tokens;
    if (pending.asked.key != nullptr) exchange.plan.client_key = &pending.asked.key->name;
    exchange.plan.binding = [&snapshot](const Deployment& deployment) {
        const ProviderEntry* entry = snapshot.provider_of(deployment);
        return ProviderBinding{entry->provider.get(), entry->settings.headers, entry->gets_trace};
    };
    exchange.upload = pending.upload.get();
    exchange.ping = snapshot.server_settings()->timeouts.ping;
    exchange.response_id = exchange.operation->id_prefix();
    worker_.rng().append_base62(exchange.response_id, 24);
    exchange.request_id = record.request_id;
    if (record.trace) exchange.trace = &record.trace->context;
    keep_answer(pending, snapshot);
    exchange.decorate = [&record, &pending](HttpResponseHead& head, const ExchangeReport& report) {
        decorate_head(head, record.request_id, record.route, report, {.receive = record.receive, .parse = record.parse},
                      record.decision.get());
        name_request(head.headers, pending.asked.dialect, record.request_id);
        add_cors(head.headers, record.cors);
    };
}

// The text of the request is freed, for the answer may take minutes.
void ClientHandler::decode(std::string& body, JsonReader& reader, Pending& pending) {
    Result<void> decoded = pending.asked.operation->decode(body, reader);
    std::string().swap(body);
    if (!decoded) pending.fault = std::move(decoded.error());
}

// No coroutine, so that nothing of it waits for the answer. False when the body is long.
bool ClientHandler::decode_here(std::string& body, Pending& pending) {
    if (body.size() >= kLongBodyBytes) return false;
    decode(body, worker_.json(), pending);
    return true;
}

// With a reader of its own, because one that has read a long body holds several times its size.
Task<void> ClientHandler::decode_elsewhere(std::string& body, Pending& pending) {
    co_await shared_.offload.run(worker_, [&body, &pending] {
        JsonReader reader;
        decode(body, reader, pending);
    });
}

// An upload: the rest of it goes past everybody who reads bodies.
void ClientHandler::decode_start(ServerRequest& request, Pending& pending) {
    std::unique_ptr<BodyJudge> judge;
    Result<void> decoded = pending.asked.operation->decode_start(request.http.body, judge);
    std::string().swap(request.http.body);
    if (!decoded) pending.fault = std::move(decoded.error());
    pending.upload = std::make_unique<Upload>(*request.rest, std::move(judge));
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
    if (operation.is_text()) record.prompt_tokens = static_cast<std::int64_t>(record.bytes_in / kBytesPerToken);
    auto resolved = operation.relays()
                        ? way_past_routes(snapshot, pending.asked.key, operation)
                        : choose_route({snapshot, request.http.headers, pending.asked.key, worker_.json(),
                                        served.tables->health, worker_.now(), worker_.rng()},
                                       operation, record.decision);
    record.parse = worker_.renew_now() - request.body_complete;
    if (!resolved) return std::move(resolved.error());
    if (ChatRequest* chat = operation.chat(); chat != nullptr && chat->dialect == ClientDialect::anthropic_messages)
        keep_betas(request.http.headers, *chat);
    record.route = resolved->route_name;
    record.route_index = static_cast<std::uint32_t>(resolved->route_index);
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
    if (request.rest != nullptr) {
        decode_start(request, pending);
    } else if (!decode_here(request.http.body, pending)) {
        co_await decode_elsewhere(request.http.body, pending);
    }
    if (find_earlier(*served.snapshot, pending)) co_await go_on_elsewhere(pending);
    Boxed<Error> refusal = prepare(request, served, pending);
    if (!refusal && wants_media(served, pending)) {
        refusal =
            co_await media_.fetch(*pending.asked.operation->chat(), pending.exchange.plan.candidates,
                                  served.snapshot->config().server.media, pending.exchange.deadline, client.gone());
        if (client.gone().shut_down()) refusal = shutting_down();
    }
    if (refusal) {
        co_await answer_error(client, pending.asked.dialect, std::move(*refusal), record);
    } else {
        GatewayTransport transport(worker_, pool_, *served.snapshot, ++sequence_);
        EngineTables& tables = *served.tables;
        GatewayCredentials credentials(fetcher_, *served.snapshot);
        GatewayInFlight in_flight(tables.shared, shared_.queues);
        if (record.trace) record.trace->began = worker_.now() - request.received;
        co_await pending.asked.operation->run(pending.exchange, client,
                                              {worker_, transport, tables.health, tables.routes.at(record.route_index),
                                               in_flight, worker_.rng(), credentials},
                                              record.report);
        record.cost_usd = answer_cost_usd(record.report);
        metrics_.record_exchange(record);
    }
    if (request.rest != nullptr) record.bytes_in = request.rest->received();
    finish(record, request.received);
}

}  // namespace breakwater
