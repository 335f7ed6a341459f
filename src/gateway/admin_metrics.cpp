#include "admin_metrics.hpp"

#include <dirent.h>
#include <unistd.h>

#include <fstream>

#include "breakwater/wire/json_writer.hpp"
#include "credential_slot.hpp"

namespace breakwater {

namespace {

double resident_bytes() {
    double total = 0;
    double resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_descriptors() {
    DIR* folder = ::opendir("/proc/self/fd");
    if (folder == nullptr) return 0;
    double count = -3;  // ".", "..", and the folder's own
    while (::readdir(folder) != nullptr) ++count;
    ::closedir(folder);
    return count;
}

double cpu_seconds() {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

double number(std::uint64_t value) {
    return static_cast<double>(value);
}

double cooling_seconds(const SharedHealth& health) {
    const Duration now = std::chrono::steady_clock::now().time_since_epoch();
    const Duration left = Duration(health.cooling_until.load(std::memory_order_relaxed)) - now;
    return std::max(std::chrono::duration<double>(left).count(), 0.0);
}

// A family after the other, as the format wants it.
void append_deployments(MetricsText& text, const DeploymentTable& deployments) {
    const auto each = [&deployments](auto append) {
        deployments.each([&append](const std::string& name, const SharedHealth& health) {
            append(metric_labels({{"deployment", name}}), health);
        });
    };
    each([&text](const std::string& labels, const SharedHealth& health) {
        text.gauge("breakwater_attempts_in_flight", "Upstream attempts running, by deployment.", labels,
                   health.in_flight.load(std::memory_order_relaxed));
    });
    each([&text](const std::string& labels, const SharedHealth& health) {
        text.gauge("breakwater_circuits_open", "Workers that leave a deployment alone because it failed.", labels,
                   health.circuits_open.load(std::memory_order_relaxed));
    });
    each([&text](const std::string& labels, const SharedHealth& health) {
        text.counter("breakwater_circuit_opened_total", "How often a worker began to leave a deployment alone.", labels,
                     number(health.times_opened.load(std::memory_order_relaxed)));
    });
    each([&text](const std::string& labels, const SharedHealth& health) {
        text.gauge("breakwater_cooling_seconds",
                   "How long a deployment will not be asked because it asked for a pause.", labels,
                   cooling_seconds(health));
    });
    each([&text](const std::string& labels, const SharedHealth& health) {
        if (const std::uint32_t limit = health.concurrency.limit(); limit > 0)
            text.gauge("breakwater_concurrency_limit", "Most attempts at a time, where there is a limit.", labels,
                       limit);
    });
}

void append_queues(MetricsText& text, const RouteQueues& queues) {
    queues.each([&text](const std::string& route, const RouteQueue& queue) {
        text.gauge("breakwater_queue_waiting", "Requests that wait for a place at a deployment.",
                   metric_labels({{"route", route}}), number(queue.figures().waiting));
    });
    queues.each([&text](const std::string& route, const RouteQueue& queue) {
        const RouteQueue::Figures figures = queue.figures();
        const auto count = [&](std::string_view reason, std::uint64_t refused) {
            text.counter("breakwater_queue_refused_total", "Requests that a queue refused or gave up, by reason.",
                         metric_labels({{"route", route}, {"reason", reason}}), number(refused));
        };
        using Refusal = FairQueue::Refusal;
        count("full", figures.refused[static_cast<std::size_t>(Refusal::full)]);
        count("share", figures.refused[static_cast<std::size_t>(Refusal::share)]);
        count("too_slow", figures.refused[static_cast<std::size_t>(Refusal::too_slow)]);
        count("timeout", figures.timed_out);
    });
}

std::string labels_of(const ProviderEntry& provider, std::string_view name, std::string_view value) {
    return metric_labels({{"provider", provider.settings.name}, {name, value}});
}

void add_fetches(MetricsText& text, const Snapshot& snapshot) {
    constexpr std::string_view kName = "breakwater_credential_fetches_total";
    text.declare("counter", kName, "Credentials fetched or read again, by provider and result.");
    for (const ProviderEntry& provider : snapshot.providers()) {
        const CredentialSlot& slot = *provider.credentials;
        if (slot.fetches(true) + slot.fetches(false) == 0) continue;
        text.counter(kName, "", labels_of(provider, "result", "ok"), number(slot.fetches(true)));
        text.counter(kName, "", labels_of(provider, "result", "failed"), number(slot.fetches(false)));
    }
}

/// Keys go by their place in the configuration, never by anything of theirs.
void add_keys(MetricsText& text, const Snapshot& snapshot) {
    const TimePoint now = std::chrono::steady_clock::now();
    const auto each_key = [&](auto visit) {
        for (const ProviderEntry& provider : snapshot.providers()) {
            const std::vector<CredentialSlot::KeyState> keys = provider.credentials->keys(now);
            for (std::size_t i = 0; i < keys.size(); ++i)
                visit(labels_of(provider, "key", std::to_string(i + 1)), keys[i]);
        }
    };
    constexpr std::string_view kUsable = "breakwater_credential_key_usable";
    text.declare("gauge", kUsable, "0 while a key of a pool rests or is left out, by its place.");
    each_key([&](const std::string& key, const CredentialSlot::KeyState& state) {
        text.gauge(kUsable, "", key, state.usable ? 1 : 0);
    });
    constexpr std::string_view kOut = "breakwater_credential_key_out_total";
    text.declare("counter", kOut, "Times that a key of a pool was put aside, by its place and reason.");
    each_key([&](const std::string& key, const CredentialSlot::KeyState& state) {
        text.counter(kOut, "", key + R"(,reason="limited")", number(state.limited));
        text.counter(kOut, "", key + R"(,reason="refused")", number(state.denied));
        text.counter(kOut, "", key + R"(,reason="permission")", number(state.outdone));
    });
}

}  // namespace

std::string metrics_text(std::span<const std::unique_ptr<GatewayWorker>> workers, SharedState& shared,
                         std::string_view version) {
    MetricsText text;
    text.gauge("breakwater_build_info", "The running version.", metric_labels({{"version", version}}), 1);
    text.gauge("breakwater_requests_in_flight", "Requests being served.", "", number(shared.requests_running));
    append_deployments(text, shared.deployments);
    append_queues(text, shared.queues);
    text.gauge("breakwater_client_connections", "Open client connections.", "", number(shared.client_connections));
    text.gauge("breakwater_workers", "Worker threads.", "", number(workers.size()));
    text.gauge("breakwater_config_generation", "Number of the configuration in force, counted from the start.", "",
               number(shared.generation));
    text.counter("breakwater_config_reload_total", "Configuration reloads, by result.", R"(result="ok")",
                 number(shared.reloads_ok));
    text.counter("breakwater_config_reload_total", "", R"(result="failed")", number(shared.reloads_failed));
    text.gauge("breakwater_config_last_reload_successful", "1 unless the newest configuration was refused.", "",
               shared.last_reload_ok ? 1 : 0);
    text.gauge("breakwater_config_last_success_timestamp_seconds", "When the configuration in force was loaded.", "",
               static_cast<double>(shared.last_reload_at));
    text.counter("breakwater_log_dropped_total", "Log lines dropped because the reader was too slow.", "",
                 number(shared.log.dropped()));
    text.counter("breakwater_task_exceptions_total", "Exceptions that ended a connection: bugs.", "",
                 number(shared.task_exceptions));
    text.gauge("breakwater_draining", "1 while the process finishes its last requests.", "", shared.draining ? 1 : 0);
    text.gauge("breakwater_memory_limit_bytes", "What the process may use; 0 when nothing is watched.", "",
               number(shared.memory.limit()));
    text.gauge("breakwater_memory_used_bytes", "What counts towards that limit.", "",
               number(shared.memory.used().value_or(0)));
    text.gauge("breakwater_memory_short", "1 while new requests are refused because memory is short.", "",
               shared.memory.is_short(std::chrono::steady_clock::now()) ? 1 : 0);
    text.gauge("process_resident_memory_bytes", "Resident memory.", "", resident_bytes());
    text.gauge("process_open_fds", "Open file descriptors.", "", open_descriptors());
    text.counter("process_cpu_seconds_total", "CPU time used.", "", cpu_seconds());
    if (!workers.empty()) {
        const Snapshot& snapshot = *workers.front()->clients.snapshot();  // the worker that answers this
        add_fetches(text, snapshot);
        add_keys(text, snapshot);
    }
    for (const auto& worker : workers) text.add(worker->metrics);
    return text.str();
}

std::pair<bool, std::string> readiness(const SharedState& shared) {
    const bool ready = !shared.draining;
    std::string body;
    JsonWriter json(body);
    json.begin_object().field("status", ready ? "ready" : "draining");
    json.field("config_generation", static_cast<std::int64_t>(shared.generation.load()));
    json.field("last_reload",
               shared.last_reload_ok ? "ok" : "failed: the last good configuration is in force; the log says why");
    json.end_object();
    return {ready, std::move(body)};
}

}  // namespace breakwater
