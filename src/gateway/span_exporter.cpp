#include "span_exporter.hpp"

#include <algorithm>
#include <utility>

#include "breakwater/providers/provider.hpp"

namespace breakwater {

namespace {

constexpr std::chrono::seconds kBatchAge{5};
constexpr std::size_t kAnswerBytesMax = 64u << 10;

CounterSeries& series(MetricsShard& metrics, std::string_view result) {
    return metrics.counter(Counter::trace_spans, metric_labels({{"result", result}}));
}

}  // namespace

SpanExporter::SpanExporter(Worker& worker, UpstreamPool& pool, MetricsShard& metrics, SharedState& shared)
    : worker_(worker),
      pool_(pool),
      shared_(shared),
      exported_(series(metrics, "exported")),
      dropped_(series(metrics, "dropped")),
      failed_(series(metrics, "failed")) {}

void SpanExporter::use(std::shared_ptr<const SpanTarget> target) {
    if (!target && active_) return;
    target_ = std::move(target);
    // Who waited for the old one to recover goes to the new one.
    if (!collecting_) wake();
}

void SpanExporter::put(std::string_view spans, std::size_t count) {
    if (running_.stopped() || !target_ || !queue_.put(spans, count, target_->settings.queue))
        return dropped_.add(static_cast<double>(count));
    if (!active_) return worker_.start(run());
    if (collecting_ && queue_.has_full_batch()) wake();
}

void SpanExporter::flush(std::function<void()> done) {
    if (!active_) return done();
    flushing_ = true;
    flushed_ = std::move(done);
    wake();
}

void SpanExporter::stop() {
    running_.stop();
    wake();
}

void SpanExporter::wake() {
    if (const std::shared_ptr<WorkerWait> waiting = std::move(waiting_)) waiting->wake(WorkerWait::End::settled);
}

Task<void> SpanExporter::wait(Duration span) {
    const auto waiting = std::make_shared<WorkerWait>(worker_, Deadline::after(worker_.now(), span));
    waiting_ = waiting;
    co_await waiting->done();
    waiting_.reset();
}

SpanExporter::Active::~Active() {
    exporter_.active_ = exporter_.collecting_ = false;
    if (exporter_.flushed_) std::exchange(exporter_.flushed_, {})();
}

Task<void> SpanExporter::run() {
    const Active active(*this);
    while (!queue_.empty() && !running_.stopped()) {
        if (!queue_.has_full_batch() && !flushing_) {
            collecting_ = true;
            co_await wait(kBatchAge);
            collecting_ = false;
        }
        if (!running_.stopped()) co_await deliver(queue_.take());
    }
}

Task<void> SpanExporter::deliver(SpanQueue::Batch batch) {
    const std::string body = export_body(batch.spans, target_->settings.service, shared_.version);
    std::string().swap(batch.spans);
    ExportOutcome outcome;
    for (int tries = 1;; ++tries) {
        // The configuration may change during a try and the pause behind it.
        const std::shared_ptr<const SpanTarget> target = target_;
        outcome = judge_export(co_await send(*target, body), worker_.json());
        if (!outcome.again || flushing_ || running_.stopped() || tries == kExportTriesMax) break;
        if (target == target_) co_await wait(export_pause(tries, outcome.retry_after, worker_.rng().uniform()));
        if (running_.stopped()) break;
    }
    settle(batch.count, outcome);
}

Task<ExportTry> SpanExporter::send(const SpanTarget& target, std::string_view body) {
    const std::unique_ptr<UpstreamCall> http = make_http_call(worker_, pool_, target.endpoint);
    const RunningCalls::Scope running(running_, *http);
    const Deadline deadline = Deadline::after(worker_.now(), target.settings.timeout);
    ExportTry tried;
    if (auto sent = co_await http->send(export_request(target, body), deadline, deadline); !sent) {
        tried.fault = std::move(sent.error());
        co_return tried;
    }
    tried.sent = true;
    auto head = co_await http->read_head(deadline);
    if (!head) {
        tried.fault = std::move(head.error());
        co_return tried;
    }
    tried.status = (*head)->status;
    tried.retry_after = parse_retry_after((*head)->headers, worker_.wall_now());
    while (!tried.fault) {
        BoxedResult<std::string_view> bytes = co_await http->read_body(deadline);
        if (!bytes) tried.fault = std::move(bytes.error());
        if (tried.fault || bytes->empty()) break;
        tried.answer.append(*bytes);
        if (tried.answer.size() > kAnswerBytesMax)
            tried.fault = Error(ErrorKind::upstream_invalid, "Its answer is too large.");
    }
    co_return tried;
}

void SpanExporter::settle(std::size_t sent, const ExportOutcome& outcome) {
    const bool taken = outcome.fault.empty();
    const std::size_t refused = taken ? std::min(outcome.refused, sent) : sent;
    exported_.add(static_cast<double>(sent - refused));
    failed_.add(static_cast<double>(refused));
    if (running_.stopped()) return;
    if (!taken && !outcome.outage) {
        if (shared_.spans.refuses(worker_.now()))
            shared_.say(true, "The collector of spans (server.trace.otlp) refuses some: " + outcome.fault);
    } else if (taken == failing_) {
        failing_ = !taken;
        tell(outcome.fault);
    }
}

void SpanExporter::tell(const std::string& fault) {
    if (failing_ && shared_.spans.begins())
        shared_.say(true,
                    "Spans cannot be sent to the collector (server.trace.otlp) and are given up until it takes them "
                    "again: " +
                        fault);
    if (!failing_ && shared_.spans.ends())
        shared_.say(false, "The collector of spans (server.trace.otlp) takes them again.");
}

}  // namespace breakwater
