#pragma once

#include <memory>
#include <optional>
#include <thread>

#include "client_handler.hpp"

namespace breakwater {

/// A worker with its connections, its share of the metrics, and its thread.
struct GatewayWorker {
    GatewayWorker(std::uint64_t seed, SharedState& shared)
        : worker(seed), pool(worker), clients(worker, pool, metrics, shared) {}

    /// Ends all connections and then the loop; on the worker's thread.
    void end() {
        for (std::optional<Server>* server : {&client_server, &admin_server}) {
            if (!*server) continue;
            (*server)->drain({});
            (*server)->abort();
        }
        clients.stop();
        pool.close_idle();
        worker.stop();
    }

    Worker worker;
    UpstreamPool pool;
    MetricsShard metrics;
    ClientHandler clients;
    std::optional<Server> client_server;
    std::optional<Server> admin_server;  ///< of the first worker only
    std::thread thread;
};

}  // namespace breakwater
