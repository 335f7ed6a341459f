#include "span_exporter.hpp"

#include <utility>

#include "breakwater/providers/provider.hpp"
#include "span_export.hpp"

namespace breakwater {

namespace {

constexpr std::chrono::seconds kBatchAge{5};
constexpr std::size_t kAnswerBytesMax = 64u << 10;

CounterSeries& series(MetricsShard& metrics, std::string_view result) {
    return metrics.counter(Counter::trace_spans, metric_labels({{"result", result}}));
}

/// What says that the collector has nothing of the batch.
bool is_before_sending(ErrorKind kind) noexcept {
    return kind == ErrorKind::upstream_dns || kind == ErrorKind::upstream_connect || kind == ErrorKind::upstream_tls;
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
    if (target || !active_) target_ = std::move(target);
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

Task<void> SpanExporter::run() {
    active_ = true;
    while (!queue_.empty() && !running_.stopped()) {
        if (!queue_.has_full_batch() && !flushing_) {
            collecting_ = true;
            co_await wait(kBatchAge);
            collecting_ = false;
        }
        if (!running_.stopped()) co_await deliver(queue_.take());
    }
    active_ = false;
    if (flushed_) std::exchange(flushed_, {})();
}

Task<void> SpanExporter::deliver(SpanQueue::Batch batch) {
    const std::shared_ptr<const SpanTarget> target = target_;
    const std::string body = export_body(batch.spans, target->settings.service, shared_.version);
    std::string().swap(batch.spans);
    Outcome outcome;
    for (int tries = 1;; ++tries) {
        outcome = co_await send(*target, body);
        if (!outcome.again || flushing_ || running_.stopped() || tries == kExportTriesMax) break;
        co_await wait(export_pause(tries, outcome.retry_after, worker_.rng().uniform()));
        if (running_.stopped()) break;
    }
    settle(batch.count, outcome);
}

Task<SpanExporter::Outcome> SpanExporter::send(const SpanTarget& target, std::string_view body) {
    const std::unique_ptr<UpstreamCall> http = make_http_call(worker_, pool_, target.endpoint);
    const RunningCalls::Scope running(running_, *http);
    const Deadline deadline = Deadline::after(worker_.now(), target.settings.timeout);
    Boxed<Error> fault;
    std::string answer;
    int status = 0;
    std::optional<std::chrono::milliseconds> retry_after;
    if (auto sent = co_await http->send(export_request(target, body), deadline, deadline); !sent)
        fault = std::move(sent.error());
    if (!fault) {
        auto head = co_await http->read_head(deadline);
        if (head) {
            status = (*head)->status;
            retry_after = parse_retry_after((*head)->headers, worker_.wall_now());
        } else {
            fault = std::move(head.error());
        }
    }
    while (!fault) {
        BoxedResult<std::string_view> bytes = co_await http->read_body(deadline);
        if (!bytes) fault = std::move(bytes.error());
        if (fault || bytes->empty()) break;
        answer.append(*bytes);
        if (answer.size() > kAnswerBytesMax) fault = Error(ErrorKind::upstream_invalid, "Its answer is too large.");
    }
    co_return judge(status, retry_after, answer, fault);
}

SpanExporter::Outcome SpanExporter::judge(int status, std::optional<std::chrono::milliseconds> retry_after,
                                          std::string_view answer, const Boxed<Error>& fault) {
    // What a status says holds, even when the rest of the answer does not come.
    if (status == 0 && fault) return {.fault = fault->message, .again = is_before_sending(fault->kind)};
    if (status < 200 || status > 299)
        return {.fault = "It answered with status " + std::to_string(status) + ".",
                .again = may_export_again(status),
                .retry_after = retry_after};
    return {.refused = fault ? 0 : refused_spans(answer, worker_.json())};
}

void SpanExporter::settle(std::size_t sent, const Outcome& outcome) {
    const bool taken = outcome.fault.empty();
    const std::size_t refused = taken ? std::min(outcome.refused, sent) : sent;
    exported_.add(static_cast<double>(sent - refused));
    failed_.add(static_cast<double>(refused));
    // One line for an outage, whichever worker meets it first.
    if (shared_.spans_failing.exchange(!taken) == !taken || running_.stopped()) return;
    shared_.say(!taken, taken ? "The collector of spans (server.trace.otlp) takes them again."
                              : "Spans cannot be sent to the collector (server.trace.otlp) and are given up until it "
                                "takes them again: " +
                                    outcome.fault);
}

}  // namespace breakwater
