#include "breakwater/gateway/service.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <optional>
#include <random>

#include "admin_handler.hpp"
#include "admin_metrics.hpp"
#include "available_cores.hpp"
#include "deployment_report.hpp"
#include "durable_responses.hpp"
#include "gateway_worker.hpp"

namespace breakwater {

namespace {

/// How long clients have to take the end of an answer that is cut.
constexpr std::chrono::milliseconds kLastWords{500};

/// How long the collector has to take the last spans.
constexpr std::chrono::milliseconds kLastSpans{2'000};
/// The same where the operator has asked to end now.
constexpr std::chrono::milliseconds kLastSpansHurried{200};

std::uint64_t random_seed() {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32) ^ device();
}

std::int64_t unix_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string what(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (...) {
        return "unknown exception";
    }
}

/// What of a new configuration cannot take effect without a restart, in words.
std::string needs_restart(const config::Config& whole_before, const config::Config& whole_after) {
    const config::Server& before = whole_before.server;
    const config::Server& after = whole_after.server;
    std::string names;
    const auto note = [&names](bool changed, const char* name) {
        if (changed) names += (names.empty() ? "" : ", ") + std::string(name);
    };
    const auto same = [](const config::Address& a, const config::Address& b) {
        return a.host == b.host && a.port == b.port;
    };
    note(!same(before.listen, after.listen), "server.listen");
    note(before.admin.has_value() != after.admin.has_value() || (before.admin && !same(*before.admin, *after.admin)),
         "server.admin");
    note(before.workers != after.workers, "server.workers");
    note(before.log != after.log, "server.log");
    note(before.tls.has_value() != after.tls.has_value(), "server.tls");
    note(whole_before.responses.file != whole_after.responses.file, "responses.file");
    return names;
}

/// What is watched of the memory, by the configuration.
MemoryGauge memory_gauge(const config::Config& config) {
    const auto& bytes = config.server.limits.memory_bytes;
    return bytes ? process_memory(*bytes) : control_group_memory();
}

}  // namespace

struct Service::Impl {
    explicit Impl(Options o) : options(std::move(o)), shared(options.log_fd) {
        shared.log_text = options.log_text;
        shared.say = options.say;
        shared.version = options.version;
    }

    std::expected<void, std::string> build(config::Config config);
    std::expected<void, std::string> bind();
    void run_workers();
    void start_worker(GatewayWorker& worker);
    Task<std::string> deployments();
    void on_client_servers(void (*act)(Server& server));
    void flush_spans(std::chrono::milliseconds most, const std::function<bool()>& hurry);

    Options options;
    SharedState shared;
    std::shared_ptr<const Snapshot> snapshot;
    std::unique_ptr<AdminHandler> admin;
    std::vector<std::unique_ptr<GatewayWorker>> workers;
    std::uint16_t client_port = 0;
    std::uint16_t admin_port = 0;
    std::atomic<int> servers_draining{0};
    std::atomic<int> workers_flushing{0};
};

std::expected<void, std::string> Service::Impl::build(config::Config config) {
    auto built = Snapshot::build(std::move(config), 1);
    if (!built) return std::unexpected(std::move(built.error()));
    snapshot = std::move(*built);
    shared.last_reload_at = unix_now();
    shared.memory.use(memory_gauge(snapshot->config()), options.say);
    if (const config::ResponseStore& responses = snapshot->config().responses; !responses.file.empty()) {
        auto durable = DurableResponseStore::open(responses, options.say);
        if (!durable) return std::unexpected(std::move(durable.error()));
        shared.responses = std::move(*durable);
    }
    admin = std::make_unique<AdminHandler>(AdminHandler::Sources{
        .metrics = [this] { return metrics_text(workers, shared, options.version); },
        .ready = [this] { return readiness(shared); },
        .recent = [this](std::string_view id) -> std::optional<RecentRequests::Request> {
            for (const auto& worker : workers) {
                if (auto found = worker->clients.recent().find(id)) return found;
            }
            return std::nullopt;
        },
        .deployments = [this] { return deployments(); },
    });
    const int count = snapshot->config().server.workers.value_or(available_cores());
    for (int i = 0; i < count; ++i) {
        workers.push_back(std::make_unique<GatewayWorker>(random_seed(), shared));
        workers.back()->clients.use(snapshot);
        workers.back()->worker.on_exception = [this](std::exception_ptr error) {
            ++shared.task_exceptions;
            options.say(true, "A connection ended by an exception, which is a bug: " + what(error));
        };
    }
    return bind();
}

void Service::Impl::on_client_servers(void (*act)(Server& server)) {
    for (const auto& worker : workers) {
        worker->worker.post([act, &server = *worker->client_server] { act(server); });
    }
}

// On the first worker, whose is the administration listener.
Task<std::string> Service::Impl::deployments() {
    GatewayWorker& first = *workers.front();
    const std::shared_ptr<const Snapshot> of = first.clients.snapshot();
    const auto health = co_await gather_health(workers, first.worker);
    co_return deployments_json(*of, shared, health, first.worker.now());
}

// The requests are over, but for their spans.
void Service::Impl::flush_spans(std::chrono::milliseconds most, const std::function<bool()>& hurry) {
    if (!snapshot->config().server.trace.exports()) return;
    auto deadline = std::chrono::steady_clock::now() + most;
    workers_flushing = static_cast<int>(workers.size());
    for (const auto& worker : workers) {
        worker->worker.post(
            [this, &clients = worker->clients] { clients.flush_spans([this] { --workers_flushing; }); });
    }
    while (workers_flushing > 0 && std::chrono::steady_clock::now() < deadline) {
        if (hurry()) deadline = std::min(deadline, std::chrono::steady_clock::now() + kLastSpansHurried);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

// The first worker's socket decides the port when the kernel chooses it; the others join it.
std::expected<void, std::string> Service::Impl::bind() {
    const config::Server& server = snapshot->config().server;
    config::Address address = server.listen;
    if (is_listened_on(address)) {
        options.say(true, "Another process listens on " + address.host + ":" + std::to_string(address.port) +
                              " too; both get a share of the connections until it ends.");
    }
    // The same for all workers, whose contexts copy them: a reload makes no new contexts.
    std::optional<TlsTicketKeys> ticket_keys;
    if (server.tls) {
        auto made = TlsTicketKeys::make();
        if (!made) return std::unexpected(made.error().message);
        ticket_keys = std::move(*made);
    }
    for (const auto& worker : workers) {
        auto fd = listen_on(address);
        if (!fd) return std::unexpected(std::move(fd.error()));
        address.port = client_port = bound_port(*fd);
        std::shared_ptr<TlsContext> tls;
        if (server.tls) {
            auto context = TlsContext::server(server.tls->certificate_file, server.tls->key_file, *ticket_keys);
            if (!context) {
                ::close(*fd);
                return std::unexpected(context.error().message);
            }
            tls = std::move(*context);
        }
        worker->client_server.emplace(
            worker->worker, *fd, worker->clients,
            [&clients = worker->clients] { return clients.snapshot()->server_settings(); }, std::move(tls),
            shared.client_connections);
    }
    if (!server.admin) return {};
    auto fd = listen_on(*server.admin);
    if (!fd) return std::unexpected(std::move(fd.error()));
    admin_port = bound_port(*fd);
    GatewayWorker& first = *workers.front();
    first.admin_server.emplace(
        first.worker, *fd, *admin, [&clients = first.clients] { return clients.snapshot()->server_settings(); },
        nullptr, shared.admin_connections);
    return {};
}

void Service::Impl::run_workers() {
    for (const auto& worker : workers) {
        worker->thread = std::thread([this, &gateway = *worker] { start_worker(gateway); });
    }
}

void Service::Impl::start_worker(GatewayWorker& gateway) {
    gateway.client_server->start();
    if (gateway.admin_server) gateway.admin_server->start();
    gateway.worker.run();
}

Service::Service(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Service::~Service() {
    // While the workers still run, so that who waits for its body is told.
    impl_->shared.offload.stop();
    for (const auto& worker : impl_->workers) {
        if (!worker->thread.joinable()) continue;
        worker->worker.post([&gateway = *worker] { gateway.end(); });
        worker->thread.join();
    }
}

std::expected<std::unique_ptr<Service>, std::string> Service::start(config::Config config, Options options) {
    auto impl = std::make_unique<Impl>(std::move(options));
    if (auto built = impl->build(std::move(config)); !built) return std::unexpected(std::move(built.error()));
    impl->run_workers();
    return std::unique_ptr<Service>(new Service(std::move(impl)));
}

std::expected<void, std::string> Service::reload(config::Config config) {
    const std::string ignored = needs_restart(impl_->snapshot->config(), config);
    auto built = Snapshot::build(std::move(config), impl_->snapshot->generation() + 1, impl_->snapshot.get());
    if (!built) {
        note_failed_reload(built.error());
        return std::unexpected(std::move(built.error()));
    }
    impl_->snapshot = std::move(*built);
    impl_->shared.memory.use(memory_gauge(impl_->snapshot->config()), impl_->options.say);
    for (const auto& worker : impl_->workers) {
        worker->worker.post([&clients = worker->clients, snapshot = impl_->snapshot] { clients.use(snapshot); });
    }
    impl_->shared.generation = impl_->snapshot->generation();
    ++impl_->shared.reloads_ok;
    impl_->shared.last_reload_ok = true;
    impl_->shared.last_reload_at = unix_now();
    impl_->options.say(
        false, "The new configuration is in force (generation " + std::to_string(impl_->snapshot->generation()) + ").");
    if (!ignored.empty()) impl_->options.say(true, "Changes of " + ignored + " take effect only after a restart.");
    return {};
}

void Service::note_failed_reload(const std::string& why) {
    ++impl_->shared.reloads_failed;
    impl_->shared.last_reload_ok = false;
    impl_->options.say(true, "The new configuration was refused, the last good one stays in force: " + why);
}

void Service::drain(const std::function<bool()>& hurry) {
    Impl& impl = *impl_;
    const auto deadline = std::chrono::steady_clock::now() + impl.snapshot->config().server.timeouts.drain;
    impl.shared.draining = true;
    impl.servers_draining = static_cast<int>(impl.workers.size());
    for (const auto& worker : impl.workers) {
        worker->worker.post(
            [&impl, &server = *worker->client_server] { server.drain([&impl] { --impl.servers_draining; }); });
    }
    std::optional<std::chrono::steady_clock::time_point> cut_at;
    bool hurried = false;  // who asks consumes the signal
    while (impl.servers_draining > 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        const auto now = std::chrono::steady_clock::now();
        if (!cut_at) {
            hurried = hurry();
            if (now < deadline && !hurried) continue;
            impl.options.say(true, "The drain time is over; requests that still run are cut.");
            cut_at = now;
            impl.on_client_servers([](Server& server) { server.end_requests(); });
            continue;
        }
        hurried = hurried || hurry();
        if (now - *cut_at > kLastWords) {
            // Again and again: a connection may be in the middle of something that cannot be stopped, and come to its
            // end later.
            impl.on_client_servers([](Server& server) { server.abort(); });
        }
    }
    impl.flush_spans(hurried ? kLastSpansHurried : kLastSpans, hurry);
}

std::uint16_t Service::client_port() const noexcept {
    return impl_->client_port;
}
std::uint16_t Service::admin_port() const noexcept {
    return impl_->admin_port;
}
const Snapshot& Service::snapshot() const noexcept {
    return *impl_->snapshot;
}

}  // namespace breakwater
