#pragma once

#include <memory>
#include <string>
#include <vector>

#include "auth.hpp"
#include "client_dialect.hpp"
#include "client_handler.hpp"
#include "gateway_transport.hpp"

namespace breakwater {

// What a request consists of while ClientHandler answers it.

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
        record.trace = trace_request(*snapshot, &request.http.headers, key != nullptr || snapshot->config().keys_open,
                                     handler.worker_.rng());
        record.cors = cors_grant(snapshot->config().server.cors, &request.http.headers);
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
    std::optional<TimePoint> since{};  ///< when it was asked, where that is later than the request's head
};

/// What the exchange of a request borrows.
struct ClientHandler::Pending {
    Asked asked;                                ///< the operation until no attempt can follow
    Boxed<Error> fault{};                       ///< why it cannot be answered
    Boxed<std::vector<std::string>> earlier{};  ///< what the client said that the gateway kept, and the answers to it
    std::unique_ptr<ResponseKeeper> keeper{};
    std::unique_ptr<Upload> upload{};  ///< what the body goes on with; null when all of it is here
    ExchangeRequest exchange{};
};

}  // namespace breakwater
