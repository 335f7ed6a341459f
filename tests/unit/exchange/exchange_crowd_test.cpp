#include <algorithm>

#include "breakwater/routing/fair_queue.hpp"
#include "openai_answers.hpp"

namespace breakwater::test {
namespace {

/// Places at deployments, as the gateway counts them; `on_leave` is called after each that becomes free.
class CrowdPlaces final : public InFlight {
public:
    explicit CrowdPlaces(std::size_t deployments) : health(deployments) {}

    bool try_enter(const Deployment& deployment, bool called) noexcept override {
        SharedHealth& at = health[deployment.index];
        if (!called && is_kept(deployment)) return false;
        const std::uint32_t limit = at.concurrency.limit();
        if (limit != 0 && at.in_flight.load() >= limit) return false;
        ++at.in_flight;
        return true;
    }
    void leave(const Deployment& deployment) noexcept override {
        --health[deployment.index].in_flight;
        on_leave();
    }
    [[nodiscard]] std::size_t free(const std::vector<const Deployment*>& of) const {
        std::size_t places = 0;
        for (const Deployment* each : of) {
            const SharedHealth& at = health[each->index];
            if (at.in_flight.load() < at.concurrency.limit()) places += at.concurrency.limit() - at.in_flight.load();
        }
        return places;
    }

    std::deque<SharedHealth> health;
    std::function<void()> on_leave = [] {};
    std::function<bool(const Deployment&)> is_kept = [](const Deployment&) { return false; };
};

/// A route's queue in virtual time. Notes how many of each other key were served while a request waited.
class CrowdQueue final : public PlaceQueue {
public:
    CrowdQueue(ManualRuntime& runtime, CrowdPlaces& places, std::size_t size, Duration wait)
        : runtime_(runtime), places_(places), wait_(wait) {
        queue_.resize(size);
        places_.on_leave = [this] { offer(); };
        places_.is_kept = [this](const Deployment& deployment) {
            return std::ranges::any_of(
                turns_, [&](const auto& each) { return std::ranges::count(each.second->places(), &deployment) > 0; });
        };
    }
    std::unique_ptr<QueueTurn> join(std::string_view key, std::span<const Deployment* const> candidates,
                                    Deadline deadline) override {
        return std::make_unique<Turn>(*this, std::string(key), candidates,
                                      earliest(deadline, Deadline::after(runtime_.now(), wait_)));
    }

    [[nodiscard]] bool empty() const noexcept { return turns_.empty(); }

    std::map<std::string, int> outcomes{};  ///< how turns ended, by code; "served"

private:
    class Turn final : public QueueTurn, private Cancellable {
    public:
        Turn(CrowdQueue& queue, std::string key, std::span<const Deployment* const> candidates, Deadline deadline)
            : queue_(queue),
              key_(std::move(key)),
              places_(candidates.begin(), candidates.end()),
              deadline_(deadline),
              joined_at_(queue.runtime_.now()) {
            for (const auto& [ticket, turn] : queue_.turns_) before_ += turn->key_ == key_ ? 1 : 0;
            called_before_ = static_cast<int>(queue_.queue_.called());
            const auto joined = queue_.queue_.join(key_, deadline, joined_at_);
            if (!joined) {
                refusal_ = joined.error().why == FairQueue::Refusal::too_slow ? "queue_too_slow" : "queue_full";
                return;
            }
            if (joined->evicted) queue_.turns_.at(*joined->evicted)->evict();
            ticket_ = joined->ticket;
            queue_.turns_[*ticket_] = this;
            queue_.offer();
        }
        ~Turn() override {
            ++queue_.outcomes[served_ ? "served" : refusal_.empty() ? "gone" : refusal_];
            if (!ticket_) return;
            queue_.queue_.leave(*ticket_, served_, queue_.runtime_.now());
            queue_.turns_.erase(*ticket_);
            queue_.offer();
        }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

        Task<Wait> wait(CancelSource& gone, TimePoint until) override {
            while (refusal_.empty() && !gone.requested()) {
                if (queue_.queue_.is_called(*ticket_)) co_return Wait::called;
                wake_ = std::make_shared<CancelSource>();
                const CancelScope scope(gone, *this);
                if (!co_await queue_.runtime_.sleep_until(std::min(deadline_.at(), until), *wake_)) continue;
                if (!deadline_.passed(queue_.runtime_.now())) co_return Wait::overdue;
                refusal_ = "queue_timeout";
            }
            co_return refusal_.empty() ? Wait::abandoned : Wait::refused;
        }
        void put_back(std::span<const Deployment* const> busy) override {
            places_.assign(busy.begin(), busy.end());
            queue_.queue_.put_back(*ticket_);
            queue_.offer();
        }
        Error take_error() override {
            Error error(ErrorKind::overloaded, "no place");
            error.code = refusal_;
            return error;
        }
        void note_place() noexcept override {
            served_ = true;
            for (const auto& [ticket, turn] : queue_.turns_) {
                if (turn != this) ++turn->passed_by_[key_];
            }
            // In turn: each key that comes before it, once for each of its own that does, and whoever was called. Of
            // its own key those that came before it.
            for (const auto& [key, times] : passed_by_) {
                EXPECT_LE(times, before_ + (key == key_ ? 0 : 1) + called_before_) << key << " passes " << key_;
            }
        }
        [[nodiscard]] Duration waited() const noexcept override { return queue_.runtime_.now() - joined_at_; }
        [[nodiscard]] const std::vector<const Deployment*>& places() const noexcept { return places_; }
        /// As from another thread: in a moment of its own.
        void wake() {
            queue_.runtime_.at(queue_.runtime_.now(), [source = std::weak_ptr(wake_)] {
                if (const auto there = source.lock()) there->request();
            });
        }

    private:
        void cancel() noexcept override { wake_->request(); }
        void evict() {
            refusal_ = "queue_share_exceeded";
            wake();
        }

        CrowdQueue& queue_;
        std::string key_;
        std::vector<const Deployment*> places_;
        Deadline deadline_;
        TimePoint joined_at_;
        int before_ = 0;         ///< of its own key
        int called_before_ = 0;  ///< of all
        std::map<std::string, int> passed_by_{};
        std::optional<FairQueue::Ticket> ticket_{};
        std::shared_ptr<CancelSource> wake_{};
        std::string refusal_{};
        bool served_ = false;
    };

    void offer() {
        const auto fits = [this](FairQueue::Ticket ticket) {
            return queue_.called() < places_.free(turns_.at(ticket)->places());
        };
        while (const auto called = queue_.call(fits)) turns_.at(*called)->wake();
    }

    ManualRuntime& runtime_;
    CrowdPlaces& places_;
    Duration wait_;
    FairQueue queue_;
    std::map<FairQueue::Ticket, Turn*> turns_;
};

/// Many requests of three keys at once before two deployments with few places, in a world drawn from a seed.
class Crowd {
public:
    explicit Crowd(std::uint64_t seed) : rng_(seed) {
        provider_ = find_provider_module("openai")->make(config::Provider{.name = "p", .dialect = "openai"});
        policies_.timeouts = {.connect = 2s, .head = 6s, .first_token = 8s, .gap = 5s, .total = 12s};
        policies_.retry.attempts = 1 + static_cast<int>(rng_.below(3));
        policies_.hedge = {.enabled = chance(0.3), .after = 700ms};
        policies_.breaker.enabled = false;  // its pauses are the single request's scenarios
        wait_ = std::chrono::milliseconds(500 + rng_.below(5000));
        std::vector<DeploymentHealth*> by_index;
        for (const std::string name : {"a", "b"}) {
            Deployment& deployment = deployments_.emplace_back(
                Deployment{.name = name, .provider = "provider-" + name, .model = "model-" + name});
            deployment.index = static_cast<std::uint32_t>(deployments_.size() - 1);
            deployment.capabilities = find_provider_module("openai")->capabilities();
            candidates_.push_back(&deployment);
            SharedHealth& shared = places_.health[deployment.index];
            if (chance(0.5)) {
                shared.concurrency.use_fixed(1 + static_cast<std::uint32_t>(rng_.below(4)));
            } else {
                shared.concurrency.use_adaptive({1, 1 + static_cast<std::uint32_t>(rng_.below(6))});
            }
            by_index.push_back(&health_.emplace_back(shared));
            for (int i = 0; i < 20; ++i) upstream_.answer(name, draw_answer());
        }
        table_ = HealthTable(std::move(by_index), policies_.breaker);
        queue_.emplace(runtime_, places_, 2 + rng_.below(20), wait_);
        route_.queue = &*queue_;
    }

    void run(int visitors) {
        for (int i = 0; i < visitors; ++i) admit(i);
        while (runtime_.advance()) {
        }
        for (const auto& visitor : visitors_) expect_sound(*visitor);
        for (const SharedHealth& each : places_.health) EXPECT_EQ(each.in_flight.load(), 0u);
        EXPECT_EQ(upstream_.running, 0);
        EXPECT_TRUE(queue_->empty());
    }
    [[nodiscard]] const std::map<std::string, int>& outcomes() const { return queue_->outcomes; }

private:
    struct Visitor {
        explicit Visitor(ManualRuntime& runtime) : client(runtime) {}
        std::string key;
        TimePoint came{};
        TimePoint ended{};
        MemoryClient client;
        ExchangeReport report;
        std::unique_ptr<ChatOperation> operation;
    };

    bool chance(double share) { return rng_.uniform() < share; }

    UpstreamScript draw_answer() {
        UpstreamScript script = chance(0.15)  ? error_answer(500, "server_error")
                                : chance(0.1) ? broken_after({role_chunk(), text_chunk("Hello")})
                                              : good_stream(std::chrono::milliseconds(rng_.below(150)));
        script.head_after = std::chrono::milliseconds(50 + rng_.below(chance(0.1) ? 3000 : 400));
        return script;
    }

    void admit(int number) {
        Visitor& visitor = *visitors_.emplace_back(std::make_unique<Visitor>(runtime_));
        // One key floods.
        visitor.key = chance(0.7) ? "heavy" : chance(0.5) ? "light" : "third";
        visitor.came = runtime_.now() + std::chrono::milliseconds(number * 20 + static_cast<int>(rng_.below(50)));
        runtime_.at(visitor.came, [this, &visitor] {
            spawn(visit(visitor), [](std::exception_ptr) { FAIL() << "an exchange threw"; });
        });
        if (chance(0.1)) {
            runtime_.at(visitor.came + std::chrono::milliseconds(rng_.below(3000)), [&visitor] {
                if (visitor.ended == TimePoint{}) visitor.client.gone().request();
            });
        }
    }

    Task<void> visit(Visitor& visitor) {
        ExchangeRequest exchange = request_of(visitor);
        co_await run_exchange(exchange, visitor.client,
                              {runtime_, upstream_, table_, route_, places_, rng_, credentials_}, visitor.report);
        visitor.ended = runtime_.now();
    }

    ExchangeRequest request_of(Visitor& visitor) {
        JsonReader reader;
        std::string text = ExchangeBench::request(true).dump();
        const Ingress* ingress = find_ingress("openai.chat");
        visitor.operation = std::make_unique<ChatOperation>(*ingress);
        EXPECT_TRUE(visitor.operation->decode(text, reader));
        ExchangeRequest exchange;
        exchange.operation = visitor.operation.get();
        exchange.stream = true;
        exchange.committed = [&visitor] { visitor.operation.reset(); };
        exchange.ingress = ingress;
        exchange.plan.route = "r";
        exchange.plan.candidates = candidates_;
        exchange.plan.policies = &policies_;
        exchange.plan.client_key = &visitor.key;
        exchange.plan.binding = [this](const Deployment&) { return ProviderBinding{provider_.get()}; };
        exchange.deadline = Deadline::after(runtime_.now(), policies_.timeouts.total);
        exchange.response_id = "chatcmpl-1";
        exchange.decorate = [](HttpResponseHead&, const ExchangeReport&) {};
        return exchange;
    }

    void expect_sound(const Visitor& visitor) {
        ASSERT_NE(visitor.ended, TimePoint{}) << "a request of " << visitor.key << " waits for ever";
        EXPECT_EQ(visitor.client.misuse, "");
        EXPECT_LE(visitor.ended - visitor.came, policies_.timeouts.total + 50ms);
        if (visitor.report.detours) EXPECT_LE(visitor.report.detours->queued, wait_) << "queued for too long";
        if (visitor.report.termination == Termination::client_gone) return;
        const Received got = read_back(visitor.client);
        EXPECT_EQ(got.problem, "") << visitor.client.body;
        EXPECT_NE(got.complete(), got.failed()) << "there is one outcome";
    }

    Rng rng_;
    ManualRuntime runtime_;
    MemoryUpstream upstream_{runtime_};
    CrowdPlaces places_{2};
    ScriptedCredentials credentials_{runtime_};
    RouteControls route_{.retries = {0.2, 2}, .hedges = {0.1, 2}};
    std::optional<CrowdQueue> queue_;
    std::deque<DeploymentHealth> health_;
    HealthTable table_;
    config::Policies policies_;
    std::deque<Deployment> deployments_;
    std::vector<const Deployment*> candidates_;
    std::unique_ptr<Provider> provider_;
    std::vector<std::unique_ptr<Visitor>> visitors_;
    Duration wait_{};
};

// Places are never more than the limit (CrowdPlaces has no more), nobody waits beyond the queue's time or the request's
// deadline, no key is passed by another out of turn, and whatever happens, queue and places are empty in the end.
TEST(ExchangeCrowd, IsServedInTurnAndInTime) {
    std::map<std::string, int> outcomes;
    for (std::uint64_t seed = 1; seed <= 40 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Crowd crowd(seed);
        crowd.run(60);
        for (const auto& [outcome, count] : crowd.outcomes()) outcomes[outcome] += count;
    }
    for (const char* code : {"served", "gone", "queue_full", "queue_too_slow", "queue_timeout", "queue_share_exceeded"})
        EXPECT_GT(outcomes[code], 0) << code << " was never met";
}

}  // namespace
}  // namespace breakwater::test
