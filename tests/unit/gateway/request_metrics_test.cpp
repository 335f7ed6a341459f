#include "gateway/request_metrics.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using namespace std::chrono_literals;

class RequestMetricsTest : public testing::Test {
protected:
    static Deployment deployment(std::string name, std::uint32_t index = 0) {
        return {.index = index, .name = std::move(name), .provider = "p", .model = "m"};
    }
    static RequestRecord record(const Deployment& served, std::string_view route = "fast", std::uint32_t index = 0) {
        RequestRecord result;
        result.route = route;
        result.route_index = index;
        result.total = 300ms;
        result.receive = result.parse = 1ms;
        result.cost_usd = 0.5;
        result.report.termination = Termination::complete;
        result.report.status = 200;
        result.report.served = &served;
        result.report.usage = Usage{.input_uncached = 10, .cache_read = 0, .output = 5};
        result.report.adapted.add("seed", AdaptAction::dropped);
        result.report.attempts.push_back(
            {.deployment = &served, .reused = true, .outcome = "ok", .head = 20ms, .first_content = 30ms, .total = 1s});
        return result;
    }
    void count(const RequestRecord& request, int times = 1) {
        for (int i = 0; i < times; ++i) {
            metrics_.record_exchange(request);
            metrics_.record_request(request);
        }
    }
    /// The value of a series, or "absent".
    std::string value(const std::string& series) {
        MetricsText text;
        text.add(shard_);
        const std::string all = "\n" + text.str();
        const std::size_t at = all.find("\n" + series + " ");
        if (at == std::string::npos) return "absent";
        const std::size_t begin = at + series.size() + 2;
        return all.substr(begin, all.find('\n', begin) - begin);
    }
    std::string requests(const std::string& route, const std::string& served, const std::string& rest) {
        return value("breakwater_requests_total{route=\"" + route + "\",deployment=\"" + served + "\"," + rest + "}");
    }

    MetricsShard shard_;
    RequestMetrics metrics_{shard_};
};

TEST_F(RequestMetricsTest, CountsARequestInEveryFamily) {
    const Deployment gpt = deployment("gpt");
    count(record(gpt), 3);
    EXPECT_EQ(requests("fast", "gpt", R"(status="200",ended="complete",stream="false")"), "3");
    EXPECT_EQ(value(R"(breakwater_attempts_total{deployment="gpt",outcome="ok"})"), "3");
    EXPECT_EQ(value(R"(breakwater_tokens_total{deployment="gpt",type="input"})"), "30");
    EXPECT_EQ(value(R"(breakwater_tokens_total{deployment="gpt",type="output"})"), "15");
    EXPECT_EQ(value(R"(breakwater_tokens_total{deployment="gpt",type="cached"})"), "absent");
    EXPECT_EQ(value(R"(breakwater_cost_usd_total{deployment="gpt"})"), "1.5");
    EXPECT_EQ(value(R"(breakwater_adaptations_total{deployment="gpt",action="dropped"})"), "3");
    EXPECT_EQ(value(R"(breakwater_request_duration_seconds_count{route="fast"})"), "3");
    EXPECT_EQ(value(R"(breakwater_first_token_seconds_bucket{deployment="gpt",le="0.05"})"), "3");
    EXPECT_EQ(value(R"(breakwater_stage_duration_seconds_count{stage="head"})"), "3");
    EXPECT_EQ(value(R"(breakwater_stage_duration_seconds_count{stage="connect"})"), "absent");
    EXPECT_EQ(value(R"(breakwater_token_gap_max_seconds_count{deployment="gpt"})"), "absent");
}

TEST_F(RequestMetricsTest, EveryWayToEndHasASeriesOfItsOwn) {
    const Deployment gpt = deployment("gpt");
    RequestRecord request = record(gpt);
    count(request);
    request.stream = true;
    count(request, 2);
    request.report.status = 502;
    request.report.termination = Termination::error;
    count(request, 3);
    request.report.served = nullptr;
    count(request, 4);
    request.report.termination = Termination::client_gone;
    count(request, 5);
    EXPECT_EQ(requests("fast", "gpt", R"(status="200",ended="complete",stream="false")"), "1");
    EXPECT_EQ(requests("fast", "gpt", R"(status="200",ended="complete",stream="true")"), "2");
    EXPECT_EQ(requests("fast", "gpt", R"(status="502",ended="error",stream="true")"), "3");
    EXPECT_EQ(requests("fast", "", R"(status="502",ended="error",stream="true")"), "4");
    EXPECT_EQ(requests("fast", "", R"(status="502",ended="client_gone",stream="true")"), "5");
    EXPECT_EQ(value(R"(breakwater_client_disconnects_total{phase="waiting"})"), "5");
}

// A reload numbers routes and deployments anew while requests of the old snapshot still end.
TEST_F(RequestMetricsTest, NumbersOfAnotherSnapshotAreNotMixedUp) {
    const Deployment before = deployment("before");
    const Deployment after = deployment("after");
    for (int i = 0; i < 3; ++i) {
        count(record(before, "old"));
        count(record(after, "new"), 2);
    }
    EXPECT_EQ(requests("old", "before", R"(status="200",ended="complete",stream="false")"), "3");
    EXPECT_EQ(requests("new", "after", R"(status="200",ended="complete",stream="false")"), "6");
    EXPECT_EQ(value(R"(breakwater_attempts_total{deployment="before",outcome="ok"})"), "3");
    EXPECT_EQ(value(R"(breakwater_tokens_total{deployment="after",type="input"})"), "60");
    EXPECT_EQ(value(R"(breakwater_request_duration_seconds_count{route="old"})"), "3");
}

TEST_F(RequestMetricsTest, FailedAttemptsCountForTheirDeployment) {
    const Deployment first = deployment("first", 0);
    const Deployment second = deployment("second", 7);
    RequestRecord request = record(second);
    request.report.attempts.insert(request.report.attempts.begin(),
                                   {.deployment = &first, .outcome = "upstream_error", .connect = 2ms});
    count(request, 2);
    EXPECT_EQ(value(R"(breakwater_attempts_total{deployment="first",outcome="upstream_error"})"), "2");
    EXPECT_EQ(value(R"(breakwater_attempts_total{deployment="second",outcome="ok"})"), "2");
    EXPECT_EQ(value(R"(breakwater_stage_duration_seconds_count{stage="connect"})"), "2");
}

TEST_F(RequestMetricsTest, WithheldRetriesCountForTheirRoute) {
    const Deployment gpt = deployment("gpt");
    RequestRecord request = record(gpt);
    count(request);
    EXPECT_EQ(value(R"(breakwater_retries_withheld_total{route="fast",reason="no_budget"})"), "absent");
    request.report.retry = RetryOutcome::no_budget;
    count(request, 2);
    request.route = "other";
    count(request);
    EXPECT_EQ(value(R"(breakwater_retries_withheld_total{route="fast",reason="no_budget"})"), "2");
    EXPECT_EQ(value(R"(breakwater_retries_withheld_total{route="other",reason="no_budget"})"), "1");
}

TEST_F(RequestMetricsTest, RefusedRequestsHaveNoRoute) {
    RequestRecord refused;
    refused.refused = "invalid_api_key";
    refused.report.status = 401;
    metrics_.record_refusal(ErrorKind::unauthorized);
    metrics_.record_request(refused);
    EXPECT_EQ(requests("", "", R"(status="401",ended="refused",stream="false")"), "1");
    EXPECT_EQ(
        value("breakwater_rejected_total{reason=\"" + std::string(error_traits(ErrorKind::unauthorized).code) + "\"}"),
        "1");
}

TEST_F(RequestMetricsTest, CountsWhatAnswersHeldThatNobodyKnows) {
    const Deployment gpt = deployment("gpt");
    RequestRecord request = record(gpt);
    request.report.attempts.front().unknown.add(Unknown::event);
    request.report.attempts.front().unknown.add(Unknown::event);
    request.report.attempts.front().unknown.add(Unknown::field);
    count(request, 2);
    EXPECT_EQ(value(R"(breakwater_upstream_unknown_total{provider="p",what="event"})"), "4");
    EXPECT_EQ(value(R"(breakwater_upstream_unknown_total{provider="p",what="field"})"), "2");
    EXPECT_EQ(value(R"(breakwater_upstream_unknown_total{provider="p",what="content"})"), "absent");
}

}  // namespace
}  // namespace breakwater
