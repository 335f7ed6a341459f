#include "breakwater/exchange/accepted_client.hpp"
#include "breakwater/exchange/realtime_operation.hpp"
#include "breakwater/ingress/google_live.hpp"
#include "client_handler.hpp"
#include "client_request.hpp"
#include "session_request.hpp"

// Sessions of Google's Live API: accepted first, and asked for by their first message. From there on they are requests
// like all others.

namespace breakwater {

ClientHandler::Asked ClientHandler::take_live(const Admitted& admitted, const HttpRequest& head) const {
    return {google_live_ingress(), admitted.key,
            std::make_unique<RealtimeOperation>(read_live_request(head), HttpResponseHead{.status = 101},
                                                snapshot_->config().server.realtime)};
}

Task<void> ClientHandler::answer_live(ServerRequest& request, ClientStream& client, Asked asked) {
    // What the key was looked up in, as long as it is looked at.
    std::shared_ptr<const Snapshot> admitting = snapshot_;
    AcceptedClient session(client, worker_, snapshot_->config().server.realtime.message);
    HttpResponseHead head = accept_session(request.http);
    // Whoever answers the request finds its id where a client's own would be.
    request.http.headers.set("x-request-id", request_id(&request.http.headers));
    head.headers.add("x-request-id", request.http.headers.get("x-request-id"));
    Result<std::string> first = co_await session.open(
        std::move(head), Deadline::after(worker_.now(), snapshot_->server_settings()->timeouts.body));
    request.body_complete = worker_.renew_now();
    asked.since = request.body_complete;  // a client may take its time before it asks for something
    if (first && admitting != snapshot_) first = renew_key(request.http, asked, std::move(*first));
    if (first) {
        request.http.body = std::move(*first);
        admitting.reset();  // a session may last an hour, and has its own
        co_await answer(request, session, std::move(asked));
    } else {
        co_await refuse_live(request, session, asked.key, std::move(first.error()));
    }
    co_await session.end();
}

// The configuration has changed since the handshake: what it says of keys now holds.
Result<std::string> ClientHandler::renew_key(const HttpRequest& head, Asked& asked, std::string first) const {
    auto checked = check_head(head);
    if (!checked) return std::unexpected(std::move(checked.error()));
    asked.key = checked->key;
    return first;
}

// There was no first message, or the client may not send it any more.
Task<void> ClientHandler::refuse_live(ServerRequest& request, ClientStream& session, const config::ClientKey* key,
                                      Boxed<Error> error) {
    Served served(*this, request, key);
    served.record.stream = true;
    co_await answer_error(session, google_live_ingress(), std::move(*error), served.record);
    finish(served.record, request.received);
}

}  // namespace breakwater
