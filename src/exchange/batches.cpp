#include "batches.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <utility>
#include <vector>

#include "breakwater/base/wake.hpp"
#include "client_answer.hpp"

namespace breakwater {
namespace {

/// Enough to hide the provider's latency, too few to be refused for haste.
constexpr std::size_t kAtOnce = 4;

/// As of any whole answer.
constexpr std::size_t kAnswerBytesMax = 64u << 20;

/// The client of a part: keeps what it is given.
class PartClient final : public ClientStream {
public:
    Task<bool> respond(HttpResponseHead /*head*/, std::string_view body) override {
        items_ = body;
        co_return true;
    }
    // An answer that comes as a whole is all that a part has.
    Task<bool> start_stream(HttpResponseHead /*head*/, std::string_view /*first*/) override { co_return false; }
    Task<bool> write(std::string_view /*bytes*/) override { co_return false; }
    Task<bool> finish_stream(std::string_view /*last*/) override { co_return false; }
    CancelSource& gone() noexcept override { return gone_; }

    [[nodiscard]] const std::string& items() const noexcept { return items_; }

private:
    std::string items_;
    CancelSource gone_;
};

struct Part {
    std::unique_ptr<Operation> operation;
    ExchangeRequest exchange;
    std::vector<const Deployment*> candidates{};  ///< where they are not all of the exchange's
    PartClient client{};
    ExchangeReport report{};
};

class BatchRun final : public Cancellable {
public:
    BatchRun(InputList& whole, std::size_t batch, const ExchangeRequest& exchange, const ExchangeContext& context)
        : whole_(whole), batch_(batch), exchange_(exchange), context_(context) {
        parts_.resize((whole.inputs() + batch - 1) / batch);
        const auto& candidates = exchange.plan.candidates;
        one_model_ = std::ranges::all_of(
            candidates, [&](const Deployment* each) { return each->model == candidates.front()->model; });
    }

    Task<void> run(CancelSource& client_gone) {
        const CancelScope scope(client_gone, *this);
        // Who has left before is not told again.
        stopped_ = client_gone.requested();
        start_more(0);
        while (running_ > 0) co_await wake_;
        if (bug_) std::rethrow_exception(bug_);
    }
    void cancel() noexcept override {
        stopped_ = true;
        // A part itself until all have been told: the end of the last one is the end of the run.
        ++running_;
        for (const auto& part : parts_) {
            if (part) part->client.gone().request();
        }
        part_ended();
    }

    /// What all parts say together.
    void report(ExchangeReport& all) {
        bool counted = true;
        Usage usage{.input_uncached = 0, .output = 0};
        for (const auto& part : parts_) {
            if (!part) continue;
            ExchangeReport& one = part->report;
            all.attempts_started += one.attempts_started;
            if (!one.attempts.empty() && one.usage) one.attempts.back().usage = *one.usage;
            all.attempts.insert(all.attempts.end(), std::make_move_iterator(one.attempts.begin()),
                                std::make_move_iterator(one.attempts.end()));
            all.events += one.events;
            if (one.retry != RetryOutcome::not_withheld) all.retry = one.retry;
            if (one.served != nullptr) all.served = one.served;
            if (all.adapted.empty()) all.adapted = one.adapted;
            if (!all.error && one.error) all.error = *one.error;
            counted = counted && one.usage && one.usage->prompt_total();
            if (!counted) continue;
            *usage.input_uncached += *one.usage->prompt_total();
            usage.estimated = usage.estimated || one.usage->estimated;
        }
        if (counted) all.usage = usage;
    }

    /// Lets go of the parts.
    [[nodiscard]] std::string take_items() {
        std::string items;
        items.reserve(bytes_ + parts_.size());
        for (auto& part : parts_) {
            if (!items.empty()) items += ',';
            items += part->client.items();
            part.reset();
        }
        return items;
    }

private:
    // `ending`: parts that are over and still counted. Who starts others counts itself until it has: a part may end
    // at once, and with the last one the run does.
    void start_more(std::size_t ending) {
        const auto may_run = [this] {
            // The first alone says which model the others are for, where there are several.
            return one_model_ || served_ != nullptr ? kAtOnce : 1;
        };
        while (!stopped_ && next_ < parts_.size() && running_ - ending < may_run()) start_next();
    }
    void start_next() {
        const std::size_t first = next_ * batch_;
        auto part = std::make_unique<Part>();
        part->operation = whole_.take_part(first, batch_);
        part->exchange = exchange_;
        part->exchange.operation = part->operation.get();
        part->exchange.committed = {};
        keep_to_model(*part);
        part->exchange.decorate = [](HttpResponseHead&, const ExchangeReport&) {};
        Part& started = *(parts_[next_++] = std::move(part));
        ++running_;
        spawn(run_part(started), [this](std::exception_ptr bug) noexcept {
            bug_ = std::move(bug);
            stopped_ = true;
            part_ended();
        });
    }
    // Vectors or scores of different models cannot be compared.
    void keep_to_model(Part& part) {
        if (served_ == nullptr) return;
        for (const Deployment* each : exchange_.plan.candidates) {
            if (each->model == served_->model) part.candidates.push_back(each);
        }
        part.exchange.plan.candidates = part.candidates;
    }
    Task<void> run_part(Part& part) {
        co_await run_exchange(part.exchange, part.client, context_, part.report);
        part.operation.reset();
        judge(part);
        start_more(1);
        part_ended();
    }
    // One part that fails, or that does not go with the others, ends them all.
    void judge(Part& part) {
        bytes_ += part.client.items().size();
        const Deployment* const served = part.report.served;
        if (part.report.termination == Termination::complete && bytes_ > kAnswerBytesMax) {
            part.report.error = Error(ErrorKind::request_too_large,
                                      "The answer for all inputs takes more than 64 MB; send fewer inputs at once, or "
                                      "ask for fewer dimensions of vectors.",
                                      "input");
        } else if (served != nullptr && served_ != nullptr && served->model != served_->model) {
            part.report.error = Error(ErrorKind::upstream_error,
                                      "Parts of the inputs were answered by different models, whose answers cannot be "
                                      "compared; send them again.");
        }
        if (served_ == nullptr) served_ = served;
        stopped_ = stopped_ || part.report.error || part.report.termination != Termination::complete;
    }
    // The run may be over, and gone, when it returns.
    void part_ended() {
        --running_;
        wake_.set();
    }

    InputList& whole_;
    std::size_t batch_;
    const ExchangeRequest& exchange_;
    const ExchangeContext& context_;
    std::vector<std::unique_ptr<Part>> parts_;
    std::size_t next_ = 0;
    std::size_t running_ = 0;
    std::size_t bytes_ = 0;               ///< of all answers so far
    const Deployment* served_ = nullptr;  ///< whose model all answers are of
    bool one_model_ = true;               ///< all candidates have it
    bool stopped_ = false;
    Wake wake_;
    std::exception_ptr bug_;
};

/// The smallest that one of the candidates has.
std::size_t batch_of(BatchSize size, const ExchangeRequest& exchange) {
    std::size_t batch = std::numeric_limits<std::size_t>::max();
    for (const Deployment* deployment : exchange.plan.candidates) {
        const Provider& provider = *exchange.plan.binding(*deployment).provider;
        batch = std::min(batch, (provider.*size)(*deployment));
    }
    return batch;
}

Task<void> run_parts(InputList& whole, std::size_t batch, const ExchangeRequest& exchange, ClientStream& client,
                     const ExchangeContext& context, ExchangeReport& report) {
    ClientAnswer answer(client, exchange, report, context.runtime, context.runtime.now());
    BatchRun run(whole, batch, exchange, context);
    co_await run.run(client.gone());
    run.report(report);
    bool written = false;
    if (client.gone().shut_down()) {
        written = co_await answer.error(shutting_down());
    } else if (!client.gone().requested() && report.error) {
        Error error = std::move(*report.error);
        written = co_await answer.error(std::move(error));
    } else if (!client.gone().requested()) {
        const WallTime now = context.runtime.wall_now();
        const std::string& model = report.served->model;
        const auto encoder = make_client_encoder(exchange, model, now);
        const std::string items = run.take_items();
        report.termination = Termination::complete;
        written = co_await answer.whole(*encoder, whole.join(items, client_identity(exchange, model, now),
                                                             report.usage ? &*report.usage : nullptr));
    }
    if (written) co_return;
    report.termination = Termination::client_gone;
    if (!answer.head_sent()) report.status = 499;
}

}  // namespace

Task<void> run_in_batches(InputList& whole, BatchSize size, const ExchangeRequest& exchange, ClientStream& client,
                          const ExchangeContext& context, ExchangeReport& report) {
    const std::size_t batch = batch_of(size, exchange);
    if (batch < whole.inputs()) return run_parts(whole, batch, exchange, client, context, report);
    return run_exchange(exchange, client, context, report);
}

}  // namespace breakwater
