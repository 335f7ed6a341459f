#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/gateway/metrics.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/net/upstream.hpp"
#include "running_calls.hpp"
#include "shared_state.hpp"
#include "span_export.hpp"
#include "span_queue.hpp"
#include "worker_wait.hpp"

namespace breakwater {

/// Sends the spans of one worker's requests to the collector, over the worker's own connections and beside its
/// requests: in batches that are full or 5 s old, one at a time. A collector that is slow or gone costs spans, which
/// are dropped and counted, and nothing else. One per worker; its thread only.
class SpanExporter {
public:
    SpanExporter(Worker& worker, UpstreamPool& pool, MetricsShard& metrics, SharedState& shared);

    /// Where spans go from now on, those that wait as well; null: no more come, and those that wait still go where they
    /// were to go.
    void use(std::shared_ptr<const SpanTarget> target);
    /// Takes the spans of a request, JSON objects with commas between them, or drops them when too many wait.
    void put(std::string_view spans, std::size_t count);
    /// Sends what waits without further delay, each batch once; then calls `done`, on this thread, maybe at once. For
    /// the end of the process: the caller bounds the time by `stop`.
    void flush(std::function<void()> done);
    /// Ends what is under way, before the worker does.
    void stop();

private:
    /// That run() is running, however it ends.
    class Active {
    public:
        explicit Active(SpanExporter& exporter) : exporter_(exporter) { exporter_.active_ = true; }
        ~Active();
        Active(const Active&) = delete;
        Active& operator=(const Active&) = delete;

    private:
        SpanExporter& exporter_;
    };

    Task<void> run();
    Task<void> deliver(SpanQueue::Batch batch);
    Task<ExportTry> send(const SpanTarget& target, std::string_view body);
    Task<void> wait(Duration span);
    void wake();
    void settle(std::size_t sent, const ExportOutcome& outcome);
    void tell(const std::string& fault);

    Worker& worker_;
    UpstreamPool& pool_;
    SharedState& shared_;
    CounterSeries& exported_;
    CounterSeries& dropped_;
    CounterSeries& failed_;
    std::shared_ptr<const SpanTarget> target_;
    SpanQueue queue_;
    RunningCalls running_;
    std::shared_ptr<WorkerWait> waiting_;  ///< for more spans, or for the collector to recover
    bool collecting_ = false;              ///< for more spans
    bool active_ = false;
    bool failing_ = false;  ///< this worker's share in the outage
    std::function<void()> flushed_;
    bool flushing_ = false;
};

}  // namespace breakwater
