#include "gateway/request_spans.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "traced_snapshot.hpp"

namespace breakwater {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

const json& attribute(const json& of, std::string_view key) {
    static const json kNone;
    for (const json& each : of["attributes"]) {
        if (each["key"] == key) return each["value"].begin().value();
    }
    return kNone;
}

std::vector<json> events(const json& span, std::string_view name) {
    std::vector<json> found;
    for (const json& each : span["events"]) {
        if (each["name"] == name) found.push_back(each);
    }
    return found;
}

/// A request that failed over from `claude` to `llama`, which served it; `mistral` was removed.
class RequestSpansTest : public testing::Test {
protected:
    RequestSpansTest() {
        record.request_id = "req_1";
        record.key = "team-a";
        record.method = "POST";
        record.path = "/v1/chat/completions";
        record.model = "the client's words";
        record.route = "smart";
        record.stream = true;
        record.at = WallTime(1'700'000'000s);
        record.receive = 1ms;
        record.parse = 2ms;
        record.total = 1500ms;
        record.deadline = 10s;
        record.timeouts = &timers;
        record.config_generation = 4;
        record.cost_usd = 0.25;
        record.trace = std::make_unique<RequestTrace>(
            RequestTrace{.context = {.trace_high = 0xa, .trace_low = 0xb, .parent_id = 0xc, .flags = 1, .state = "x=1"},
                         .span_id = 0xd,
                         .began = 5ms,
                         .snapshot = snapshot.get()});
        ExchangeReport& report = record.report;
        report.termination = Termination::complete;
        report.status = 200;
        report.served = &llama;
        report.finish = FinishReason::stop;
        report.usage = Usage{.input_uncached = 10, .cache_read = 2, .output = 5};
        AttemptRecord refused{
            .deployment = &claude, .upstream_status = 503, .outcome = "upstream_error", .total = 20ms};
        refused.span_id = 0x11;
        report.attempts.push_back(std::move(refused));
        AttemptRecord served{.deployment = &llama,
                             .reason = AttemptReason::failover,
                             .upstream_status = 200,
                             .outcome = "ok",
                             .started = 30ms,
                             .first_content = 250ms,
                             .total = 1s,
                             .late_after = 100ms};
        served.hedge = HedgeOutcome::no_budget;
        served.span_id = 0x12;
        report.attempts.push_back(std::move(served));
        RouteDecision decision;
        decision.choice.kept.push_back({.deployment = &claude, .cost = 0.5, .score = 1.25});
        decision.choice.removed.push_back({&mistral, {{"require.tools", "has none"}, {"max.cost", "2 is above 1"}}});
        decision.kept = decision.removed = 1;
        record.decision = std::make_unique<RouteDecision>(std::move(decision));
    }
    [[nodiscard]] const Deployment& deployment(std::string_view name) const {
        return *snapshot->route(name)->candidates.front();
    }
    std::vector<json> spans() {
        std::string text;
        const std::size_t count = append_request_spans(text, record);
        const json all = json::parse("[" + text + "]");
        EXPECT_EQ(all.size(), count);
        return {all.begin(), all.end()};
    }

    std::shared_ptr<const Snapshot> snapshot = test::traced_snapshot("{ otlp: { endpoint: \"http://127.0.0.1:1\" } }");
    const Deployment& claude = deployment("claude");
    const Deployment& llama = deployment("llama");
    const Deployment& mistral = deployment("mistral");
    config::AttemptTimeouts timers{};
    RequestRecord record{};
};

TEST_F(RequestSpansTest, SayWhatTheRequestWas) {
    const json span = spans().at(0);
    EXPECT_EQ(span["traceId"], "000000000000000a000000000000000b");
    EXPECT_EQ(span["spanId"], "000000000000000d");
    EXPECT_EQ(span["parentSpanId"], "000000000000000c");
    EXPECT_EQ(span["traceState"], "x=1");
    EXPECT_EQ(span["name"], "POST /v1/chat/completions");
    EXPECT_EQ(span["kind"], 2);
    EXPECT_EQ(span["startTimeUnixNano"], "1699999999999000000");
    EXPECT_EQ(span["endTimeUnixNano"], "1700000001499000000");
    EXPECT_EQ(span["status"], json::object());
    EXPECT_EQ(attribute(span, "http.route"), "/v1/chat/completions");
    EXPECT_EQ(attribute(span, "http.response.status_code"), "200");
    EXPECT_EQ(attribute(span, "breakwater.route"), "smart");
    EXPECT_EQ(attribute(span, "breakwater.key"), "team-a");
    EXPECT_EQ(attribute(span, "breakwater.deployment"), "llama");
    EXPECT_EQ(attribute(span, "breakwater.attempts"), "2");
    EXPECT_EQ(attribute(span, "breakwater.cost_usd"), 0.25);
    EXPECT_EQ(attribute(span, "breakwater.deadline_ms"), 10000.0);
    EXPECT_EQ(attribute(span, "breakwater.deadline_left_ms"), 8500.0);
    EXPECT_EQ(attribute(span, "breakwater.timer.first_token_ms"), std::to_string(timers.first_token.count()));
    EXPECT_TRUE(attribute(span, "error.type").is_null());
    EXPECT_EQ(span.dump().find("the client's words"), std::string::npos);
}

TEST_F(RequestSpansTest, SayHowItsCandidatesWereChosen) {
    const json span = spans().at(0);
    EXPECT_EQ(attribute(span, "breakwater.decision"), decision_header(*record.decision));
    EXPECT_EQ(attribute(span, "breakwater.decision.removed"), "1");
    const auto kept = events(span, "breakwater.candidate");
    ASSERT_EQ(kept.size(), 1u);
    EXPECT_EQ(attribute(kept[0], "breakwater.deployment"), "claude");
    EXPECT_EQ(attribute(kept[0], "breakwater.candidate.place"), "1");
    EXPECT_EQ(attribute(kept[0], "breakwater.candidate.score"), 1.25);
    EXPECT_EQ(attribute(kept[0], "breakwater.candidate.cost_usd"), 0.5);
    EXPECT_EQ(kept[0]["timeUnixNano"], "1700000000002000000");
    const auto removed = events(span, "breakwater.removed");
    ASSERT_EQ(removed.size(), 1u);
    EXPECT_EQ(attribute(removed[0], "breakwater.deployment"), "mistral");
    EXPECT_EQ(attribute(removed[0], "breakwater.removed.constraints")["values"],
              json::parse(R"([{"stringValue": "require.tools"}, {"stringValue": "max.cost"}])"));
    EXPECT_EQ(attribute(removed[0], "breakwater.removed.reasons")["values"][1]["stringValue"], "2 is above 1");
}

TEST_F(RequestSpansTest, SayWhatEachAttemptCameTo) {
    const std::vector<json> all = spans();
    ASSERT_EQ(all.size(), 3u);
    const json& failed = all[1];
    EXPECT_EQ(failed["parentSpanId"], "000000000000000d");
    EXPECT_EQ(failed["spanId"], "0000000000000011");
    EXPECT_EQ(failed["kind"], 3);
    EXPECT_EQ(failed["name"], "chat claude-sonnet-4-5");
    EXPECT_EQ(failed["status"]["code"], 2);
    EXPECT_EQ(attribute(failed, "error.type"), "upstream_error");
    EXPECT_EQ(attribute(failed, "http.response.status_code"), "503");
    EXPECT_EQ(attribute(failed, "gen_ai.provider.name"), "anthropic");
    EXPECT_EQ(attribute(failed, "breakwater.attempt.reason"), "first");
    EXPECT_TRUE(attribute(failed, "gen_ai.usage.output_tokens").is_null());
    EXPECT_TRUE(attribute(failed, "gen_ai.response.model").is_null());

    const json& served = all[2];
    EXPECT_EQ(served["startTimeUnixNano"], "1700000000034000000") << "5 ms and 30 ms after the start";
    EXPECT_EQ(served["endTimeUnixNano"], "1700000001034000000");
    EXPECT_EQ(attribute(served, "gen_ai.operation.name"), "chat");
    EXPECT_EQ(attribute(served, "gen_ai.provider.name"), "own");
    EXPECT_EQ(attribute(served, "gen_ai.request.model"), "llama-3.3-70b");
    EXPECT_EQ(attribute(served, "gen_ai.response.model"), "llama-3.3-70b");
    EXPECT_EQ(attribute(served, "gen_ai.response.finish_reasons")["values"][0]["stringValue"], "stop");
    EXPECT_EQ(attribute(served, "gen_ai.response.time_to_first_chunk"), 0.25);
    EXPECT_EQ(attribute(served, "gen_ai.usage.input_tokens"), "12");
    EXPECT_EQ(attribute(served, "gen_ai.usage.output_tokens"), "5");
    EXPECT_EQ(attribute(served, "gen_ai.usage.cache_read.input_tokens"), "2");
    EXPECT_TRUE(attribute(served, "gen_ai.usage.reasoning.output_tokens").is_null());
    EXPECT_EQ(attribute(served, "breakwater.attempt.reason"), "failover");
    EXPECT_EQ(attribute(served, "breakwater.attempt.hedge"), "no_budget");
    EXPECT_EQ(attribute(served, "breakwater.attempt.late_after_ms"), 100.0);
    EXPECT_EQ(served["status"], json::object());
}

TEST_F(RequestSpansTest, CountTheTokensOfEachAttemptWhereSeveralHaveAnswered) {
    record.report.attempts[0].usage = Usage{.input_uncached = 3, .output = 1};
    record.report.attempts[1].usage = Usage{.input_uncached = 4, .output = 2};
    const std::vector<json> all = spans();
    EXPECT_EQ(attribute(all.at(1), "gen_ai.usage.output_tokens"), "1");
    EXPECT_EQ(attribute(all.at(2), "gen_ai.usage.output_tokens"), "2");
}

TEST_F(RequestSpansTest, SayThatTheBudgetWithheldARetry) {
    EXPECT_TRUE(attribute(spans().at(0), "breakwater.retry").is_null());
    record.report.retry = RetryOutcome::no_budget;
    EXPECT_EQ(attribute(spans().at(0), "breakwater.retry"), "no_budget");
}

TEST_F(RequestSpansTest, TellFailuresFromWhatWasStopped) {
    record.report.status = 502;
    record.report.error = Error(ErrorKind::upstream_error, "secret words of a provider");
    record.report.attempts[0].outcome = "outrun";
    const std::vector<json> all = spans();
    EXPECT_EQ(all.at(0)["status"]["code"], 2);
    EXPECT_EQ(attribute(all[0], "error.type"), "upstream_error");
    EXPECT_EQ(all[0].dump().find("secret words"), std::string::npos);
    EXPECT_EQ(all.at(1)["status"], json::object());
    EXPECT_TRUE(attribute(all[1], "error.type").is_null());
    record.report.status = 422;
    EXPECT_EQ(spans().at(0)["status"], json::object()) << "the client's failure";
    record.report.status = 200;
    record.report.termination = Termination::error_in_stream;
    EXPECT_EQ(spans().at(0)["status"]["code"], 2);
}

TEST_F(RequestSpansTest, BlameNoProviderForWhatItWasNotAsked) {
    record.report.attempts[0].span_id = 0;
    record.report.attempts[0].outcome = "deployment_busy";
    record.report.attempts[0].started = 10ms;
    const std::vector<json> all = spans();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(attribute(all[1], "breakwater.deployment"), "llama");
    const auto passed = events(all[0], "breakwater.passed_over");
    ASSERT_EQ(passed.size(), 1u);
    EXPECT_EQ(attribute(passed[0], "breakwater.deployment"), "claude");
    EXPECT_EQ(attribute(passed[0], "breakwater.reason"), "deployment_busy");
    EXPECT_EQ(passed[0]["timeUnixNano"], "1700000000014000000") << "5 ms and 10 ms after the start";
}

TEST_F(RequestSpansTest, HaveNamesOfFixedWords) {
    RequestRecord refused;
    refused.request_id = "req_2";
    refused.method = "BREW";
    refused.path = "/secret/path";
    refused.refused = "not_found";
    refused.report.status = 404;
    refused.trace = std::move(record.trace);
    refused.trace->context.parent_id = 0;
    record = std::move(refused);
    const std::vector<json> all = spans();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0]["name"], "HTTP");
    EXPECT_FALSE(all[0].contains("parentSpanId"));
    EXPECT_EQ(attribute(all[0], "http.request.method"), "_OTHER");
    EXPECT_EQ(attribute(all[0], "error.type"), "not_found");
    EXPECT_EQ(all[0].dump().find("secret"), std::string::npos);
}

TEST_F(RequestSpansTest, AreBounded) {
    for (std::uint64_t i = 0; i < 500; ++i)
        record.report.attempts.push_back({.deployment = &llama, .outcome = "ok", .span_id = 0x100 + i});
    RouteDecision decision;
    for (int i = 0; i < 32; ++i) {
        decision.choice.kept.push_back({.deployment = &claude});
        decision.choice.removed.push_back(
            {&mistral, std::vector(9, Unmet{std::string(999, 'c'), std::string(999, 'w')})});
    }
    record.decision = std::make_unique<RouteDecision>(std::move(decision));
    record.report.detours.emplace().passed_over.assign(500, {&llama, "busy"});
    const std::vector<json> all = spans();
    EXPECT_EQ(all.size(), 65u);
    std::set<std::string> ids;
    for (const json& each : all) {
        ids.insert(each["spanId"].get<std::string>());
        EXPECT_LT(each.dump().size(), 200u << 10);
    }
    EXPECT_EQ(ids.size(), 65u);
    EXPECT_EQ(all[0]["events"].size(), 32u + 32u + 32u);
    EXPECT_EQ(attribute(all[0], "breakwater.attempts"), "502");
}

TEST_F(RequestSpansTest, KeepModelsThatNoConfigurationNamesOutOfNames) {
    Deployment simulated = llama;
    simulated.index = static_cast<std::uint32_t>(snapshot->deployments().size());
    simulated.provider = "sim";
    simulated.model = "chat:tokens=7";
    record.report.attempts.resize(1);
    record.report.attempts[0].deployment = &simulated;
    EXPECT_EQ(spans().at(1)["name"], "chat");
}

TEST(GenAiProvider, HasTheNameOfTheConventions) {
    const auto name = [](const char* dialect, const char* preset, const char* base_url) {
        config::Provider provider;
        provider.name = "mine";
        provider.dialect = dialect;
        provider.preset = preset;
        provider.base_url = base_url;
        return std::string(genai_provider_name(provider));
    };
    EXPECT_EQ(name("openai", "", ""), "openai");
    EXPECT_EQ(name("openai.responses", "", ""), "openai");
    EXPECT_EQ(name("openai", "azure", "https://x.openai.azure.com"), "azure.ai.openai");
    EXPECT_EQ(name("openai", "groq", "https://api.groq.com"), "groq");
    EXPECT_EQ(name("openai", "xai", "https://api.x.ai"), "x_ai");
    EXPECT_EQ(name("openai", "", "http://127.0.0.1:8000/v1"), "mine");
    EXPECT_EQ(name("openai", "generic", "http://127.0.0.1:8000/v1"), "mine");
    EXPECT_EQ(name("openai", "vllm", "http://127.0.0.1:8000/v1"), "vllm");
    EXPECT_EQ(name("anthropic", "", "http://127.0.0.1:8000"), "anthropic");
    EXPECT_EQ(name("bedrock", "", ""), "aws.bedrock");
    EXPECT_EQ(name("vertex", "", ""), "gcp.vertex_ai");
    EXPECT_EQ(name("google", "", ""), "gcp.gemini");
}

}  // namespace
}  // namespace breakwater
