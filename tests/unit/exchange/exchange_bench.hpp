#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "breakwater/exchange/chat_operation.hpp"
#include "breakwater/exchange/exchange.hpp"
#include "memory_streams.hpp"

namespace breakwater::test {

using nlohmann::json;
using namespace std::chrono_literals;

/// Counts, and holds deployments to limits that a test sets.
class CountingInFlight final : public InFlight {
public:
    bool try_enter(const Deployment& deployment, bool called) noexcept override {
        if (!called && kept.contains(deployment.name)) return false;
        const auto limit = limits.find(deployment.name);
        if (limit != limits.end() && running[deployment.name] >= limit->second) return false;
        ++running[deployment.name];
        return true;
    }
    void leave(const Deployment& deployment) noexcept override { --running[deployment.name]; }
    std::map<std::string, int> running;
    std::map<std::string, int> limits;
    std::set<std::string> kept;  ///< others wait for a place there
};

/// Gives the credential of a test, at once or after a while, and hears what became of it.
class ScriptedCredentials final : public CredentialSource {
public:
    explicit ScriptedCredentials(ManualRuntime& runtime) : runtime_(runtime) {}

    std::shared_ptr<const Credential> choose(const Deployment& deployment) override {
        const auto late = fetching.find(deployment.name);
        return late == fetching.end() ? current : nullptr;
    }
    Task<Result<std::shared_ptr<const Credential>>> fetch(const Deployment& deployment, Deadline deadline,
                                                          CancelSource& gone) override {
        const Duration takes = fetching.at(deployment.name);
        co_await runtime_.sleep_until(std::min(runtime_.now() + takes, deadline.at()), gone);
        if (gone.requested()) co_return fail(ErrorKind::cancelled, "The client went away.");
        if (deadline.passed(runtime_.now())) co_return fail(ErrorKind::upstream_auth, "no token in time");
        co_return current;
    }
    OtherCredential report(const Deployment& deployment, const Credential& credential, const Error& error) override {
        refused.push_back(deployment.name + " " + std::string(credential.secret.reveal()) + " " +
                          std::string(to_string(error.kind)));
        if (others.empty()) return OtherCredential::none;
        current = std::make_shared<Credential>(Credential{.secret = Secret(others.front())});
        others.pop_front();
        return OtherCredential::here;
    }

    void served(const Deployment& deployment, const Credential& credential) override {
        good.push_back(deployment.name + " " + std::string(credential.secret.reveal()));
    }
    void narrow_limits(const Deployment&, const Credential&, RateLimitReading&, TimePoint) override {}

    std::shared_ptr<const Credential> current = std::make_shared<Credential>(Credential{.secret = Secret("sk-test")});
    std::map<std::string, Duration> fetching{};  ///< by deployment: how long its token takes
    std::deque<std::string> others{};            ///< what follows a credential that was refused
    std::vector<std::string> refused{};
    std::vector<std::string> good{};  ///< those that had content

private:
    ManualRuntime& runtime_;
};

/// One request through the exchange, with the OpenAI dialect on both sides, upstreams and client in memory, and time by
/// hand. Deployments `a` and `b` are served by models `model-a` and `model-b`.
class ExchangeBench {
public:
    ExchangeBench() {
        provider_ = find_provider_module("openai")->make(config::Provider{.name = "p", .dialect = "openai"});
        for (const std::string name : {"a", "b"}) {
            Deployment deployment{.name = name, .provider = "provider-" + name, .model = "model-" + name};
            deployment.index = static_cast<std::uint32_t>(deployments.size());
            deployment.capabilities = find_provider_module("openai")->capabilities();
            deployments.push_back(std::move(deployment));
        }
        policies.timeouts = {.connect = 2s, .head = 10s, .first_token = 20s, .gap = 30s, .total = 200s};
    }

    /// A chat request; `more` is merged into its body.
    static json request(bool stream, const json& more = json::object()) {
        json body{{"model", "r"}, {"messages", {{{"role", "user"}, {"content", "Say hello"}}}}, {"stream", stream}};
        body.update(more);
        return body;
    }

    /// Runs the request to its end. `report` and `client` then tell what happened.
    void run(const json& body) { run(std::make_unique<ChatOperation>(*find_ingress("openai.chat")), body); }
    /// The same for another operation than a chat.
    void run(std::unique_ptr<Operation> operation, const json& body) {
        start(std::move(operation), body);
        while (!ended && runtime.advance()) {
        }
        ASSERT_TRUE(ended) << "the exchange waits for something that never comes";
        EXPECT_EQ(client.misuse, "");
        EXPECT_EQ(upstream.running, 0) << "an upstream call outlived its request";
        for (const auto& [name, count] : in_flight.running) EXPECT_EQ(count, 0) << name;
    }

    void start(const json& body) { start(std::make_unique<ChatOperation>(*find_ingress("openai.chat")), body); }
    void start(std::unique_ptr<Operation> operation, const json& body) {
        JsonReader reader;
        std::string text = body.dump();
        const Ingress* ingress = find_ingress("openai.chat");
        operation_ = std::move(operation);
        const Result<void> decoded = operation_->decode(text, reader);
        ASSERT_TRUE(decoded) << decoded.error().message;
        ExchangeRequest exchange;
        exchange.operation = operation_.get();
        exchange.stream = operation_->stream();
        // Whoever needs it later is found by the sanitizer.
        exchange.committed = [this] { operation_.reset(); };
        exchange.ingress = ingress;
        exchange.plan.route = "r";
        candidates_.clear();
        for (const Deployment& deployment : deployments) candidates_.push_back(&deployment);
        exchange.plan.candidates = candidates_;
        exchange.plan.policies = &policies;
        exchange.plan.prompt_tokens = prompt_tokens;
        exchange.plan.binding = [this](const Deployment&) { return ProviderBinding{provider_.get()}; };
        exchange.deadline = Deadline::after(runtime.now(), policies.timeouts.total);
        if (client_total)
            exchange.deadline = earliest(exchange.deadline, Deadline::after(runtime.now(), *client_total));
        if (client_first_byte) exchange.first_content_deadline = Deadline::after(runtime.now(), *client_first_byte);
        exchange.ping = ping;
        exchange.response_id = "chatcmpl-1";
        exchange.decorate = [this](HttpResponseHead& head, const ExchangeReport& so_far) {
            ++decorated;
            head.headers.add("x-attempts", std::to_string(so_far.attempts_started));
        };
        started = runtime.now();
        know_deployments();
        ExchangeContext context{runtime, upstream, table_, route, in_flight, rng_, credentials};
        spawn(collect(std::move(exchange), context), [](std::exception_ptr) { FAIL() << "the exchange threw"; });
    }

    /// Makes `health`, for tests that write into it before the request.
    void know() { know_deployments(); }
    /// What came before the request: `times` streams of that deployment with their first token after `latency`.
    void learn(std::string_view deployment, Duration latency, int times) {
        know_deployments();
        for (std::size_t i = 0; i < deployments.size(); ++i) {
            if (deployments[i].name != deployment) continue;
            for (int n = 0; n < times; ++n) {
                health[i].on_first_content({}, true, SizeClass::small, latency, runtime.now());
            }
        }
    }

    /// The same, of `times` attempts that found nobody there.
    void fail_before(std::string_view deployment, int times) {
        know_deployments();
        for (std::size_t i = 0; i < deployments.size(); ++i) {
            if (deployments[i].name != deployment) continue;
            for (int n = 0; n < times; ++n) {
                health[i].on_failure({}, Error(ErrorKind::upstream_connect, "refused"), false, policies.breaker,
                                     runtime.now(), rng_);
            }
        }
    }

    /// It has asked for a pause.
    void pause(std::string_view deployment, std::chrono::milliseconds span) {
        know_deployments();
        Error error(ErrorKind::rate_limited, "slow down");
        error.retry_after = span;
        for (std::size_t i = 0; i < deployments.size(); ++i) {
            if (deployments[i].name == deployment)
                health[i].on_failure({}, error, false, policies.breaker, runtime.now(), rng_);
        }
    }

    [[nodiscard]] bool holds_request() const noexcept { return operation_ != nullptr; }
    [[nodiscard]] Duration elapsed() const { return runtime.now() - started; }

    ManualRuntime runtime;
    MemoryUpstream upstream{runtime};
    MemoryClient client{runtime};
    CountingInFlight in_flight;
    ScriptedCredentials credentials{runtime};
    RouteControls route{.retries = {1.0, 1000}, .hedges = {1.0, 1000}};
    RetryBudget& budget = route.retries;
    RetryBudget& hedge_budget = route.hedges;
    std::deque<DeploymentHealth> health;  ///< of the deployments, once a request was started
    config::Policies policies;
    std::deque<Deployment> deployments;
    std::int64_t prompt_tokens = 10;
    std::chrono::milliseconds ping{15s};
    std::optional<Duration> client_total;
    std::optional<Duration> client_first_byte;
    ExchangeReport report;
    TimePoint started{};
    int decorated = 0;
    bool ended = false;

private:
    void know_deployments() {
        std::vector<DeploymentHealth*> by_index;
        for (std::size_t i = health.size(); i < deployments.size(); ++i) health.emplace_back(shared_.emplace_back());
        for (DeploymentHealth& one : health) by_index.push_back(&one);
        table_ = HealthTable(std::move(by_index), policies.breaker);
    }
    Task<void> collect(ExchangeRequest exchange, ExchangeContext context) {
        co_await run_exchange(exchange, client, context, report);
        ended = true;
    }
    std::unique_ptr<Provider> provider_;
    std::vector<const Deployment*> candidates_;
    std::unique_ptr<Operation> operation_;
    std::deque<SharedHealth> shared_;
    HealthTable table_;
    Rng rng_{7};
};

}  // namespace breakwater::test
