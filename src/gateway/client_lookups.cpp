#include "breakwater/gateway/route_plan.hpp"
#include "client_dialect.hpp"
#include "client_handler.hpp"
#include "client_request.hpp"
#include "openapi_text.hpp"
#include "request_headers.hpp"

// What ClientHandler answers without asking a provider: its own description, models, kept responses, counts of tokens,
// plans of requests.

namespace breakwater {

namespace {

PlanBodies plan_bodies(std::string_view target) {
    return query_has(target, "bodies=all") ? PlanBodies::all : PlanBodies::first;
}

}  // namespace

// What can be answered at once.
Result<std::string> ClientHandler::found(const ServerRequest& request, const Snapshot& snapshot,
                                         const Admitted& admitted) {
    const ApiPath& path = admitted.path;
    if (is_about_models(path.endpoint)) {
        if (auto body = models_body(snapshot, path, request.http)) return std::move(*body);
        return std::unexpected(model_not_found(snapshot, path.model));
    }
    if (path.endpoint == Endpoint::openapi) return std::string(openapi_text());
    if (path.endpoint == Endpoint::probe) return std::string(R"({"name":"breakwater","openapi":"/openapi.json"})");
    return about_kept(kept_view(snapshot, admitted.key), path, request.http.method, request.http.target);
}

KeptView ClientHandler::kept_view(const Snapshot& snapshot, const config::ClientKey* key) {
    return {*shared_.responses, snapshot.config().responses, key != nullptr ? std::string_view(key->name) : "",
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

Task<void> ClientHandler::answer_here(ServerRequest& request, ClientStream& client, Asked asked, MakeBody make) {
    Served served(*this, request, asked.key);
    Pending pending{std::move(asked)};
    if (!decode_here(request.http.body, pending)) co_await decode_elsewhere(request.http.body, pending);
    std::string body;
    if (Boxed<Error> refusal = (this->*make)(request, served, pending, body)) {
        co_await answer_error(client, pending.asked.dialect, std::move(*refusal), served.record);
    } else {
        co_await answer_json(client, pending.asked.dialect, body, served.record);
    }
    finish(served.record, request.received);
}

Boxed<Error> ClientHandler::make_count(ServerRequest& request, Served& served, Pending& pending, std::string& count) {
    if (Boxed<Error> refusal = prepare(request, served, pending)) return refusal;
    count = pending.asked.dialect.encode_count(pending.asked.operation->needs().prompt.likely);
    return {};
}

// A chat that ends where its first attempt would begin.
Boxed<Error> ClientHandler::make_plan(ServerRequest& request, Served& served, Pending& pending, std::string& plan) {
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

}  // namespace breakwater
