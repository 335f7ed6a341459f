#include "breakwater/bench/report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bench/charts.hpp"

using namespace breakwater;
using namespace breakwater::bench;
using namespace std::chrono_literals;

namespace {

Results example() {
    Results results;
    results.url = "http://127.0.0.1:8080/v1/chat/completions?a=<b>&c";
    results.model = "sim/lorem";
    results.stream = true;
    results.connections = 4;
    results.window = 2s;
    results.ok = 20;
    results.ok_in_window = 18;
    for (int i = 1; i <= 20; ++i) results.latency.record(i * 1ms);
    results.first_token.record(300us);
    results.spacing.gap.record(5ms);
    results.events = 100;
    results.bytes_out = 5000;
    results.bytes_in = 70'000;
    results.failures.add(Failure::http_status, 429, 2);
    results.failures.add(Failure::timeout, 0);
    results.examples["http_429"] = "slow down";
    for (int i = 0; i < 2; ++i)
        results.intervals.push_back(
            {.start = i * 1s, .length = 1s, .ok = 9, .failed = 1, .events = 50, .p50 = 10ms, .p99 = 20ms});
    return results;
}

/// Whether every tag is closed in order, as XML wants it.
bool is_well_formed(std::string_view markup) {
    std::vector<std::string_view> open;
    for (std::size_t at = markup.find('<'); at != std::string_view::npos; at = markup.find('<', at + 1)) {
        const std::size_t end = markup.find('>', at);
        if (end == std::string_view::npos) return false;
        const std::string_view tag = markup.substr(at + 1, end - at - 1);
        if (tag.find('<') != std::string_view::npos) return false;
        if (tag.starts_with('!') || tag.ends_with('/')) continue;
        if (tag.starts_with('/')) {
            if (open.empty() || open.back() != tag.substr(1)) return false;
            open.pop_back();
        } else {
            open.push_back(tag.substr(0, tag.find(' ')));
        }
    }
    return open.empty();
}

}  // namespace

TEST(BenchReport, HasTheFieldsThatScriptsRead) {
    const auto json = nlohmann::json::parse(to_json(example()));
    EXPECT_EQ(json["version"], 1);
    EXPECT_EQ(json["model"], "sim/lorem");
    EXPECT_EQ(json["mode"], "closed");
    EXPECT_EQ(json["stream"], true);
    EXPECT_EQ(json["connections"], 4);
    EXPECT_TRUE(json["rate"].is_null());
    EXPECT_EQ(json["duration_s"], 2.0);
    EXPECT_EQ(json["requests"], nlohmann::json::parse(R"({"ok": 20, "failed": 3})"));
    EXPECT_EQ(json["rps"], 9.0);
    for (const char* name : {"p50", "p90", "p99", "p999", "max", "mean"})
        EXPECT_TRUE(json["latency_us"][name].is_number()) << name;
    EXPECT_NEAR(json["latency_us"]["p50"].get<double>(), 10'000, 100);
    EXPECT_EQ(json["latency_us"]["max"], 20'000.0);
    EXPECT_EQ(json["first_token_us"]["max"], 300.0);
    EXPECT_EQ(json["gap_us"]["max"], 5000.0);
    EXPECT_TRUE(json["delay_us"].is_null());
    EXPECT_EQ(json["events"], 100);
    EXPECT_EQ(json["events_per_s"], 50.0);
    EXPECT_EQ(json["errors"], nlohmann::json::parse(R"({"http_429": 2, "timeout": 1})"));
    EXPECT_EQ(json["bytes"], nlohmann::json::parse(R"({"out": 5000, "in": 70000})"));
    EXPECT_TRUE(json["held"].is_null());
}

TEST(BenchReport, SaysWhatWasAskedFor) {
    Results results = example();
    results.rate = 500;
    results.held = 3;
    results.spacing.delay.record(1ms);
    const auto json = nlohmann::json::parse(to_json(results));
    EXPECT_EQ(json["mode"], "open");
    EXPECT_EQ(json["rate"], 500.0);
    EXPECT_EQ(json["held"], 3);
    EXPECT_EQ(json["delay_us"]["max"], 1000.0);
}

TEST(BenchReport, HasATableForPeople) {
    const std::string table = to_table(example());
    for (const char* word :
         {"closed loop, 4 connections", "9.0/s", "first token", "300 us", "20.0 ms", "http_429", "slow down"})
        EXPECT_NE(table.find(word), std::string::npos) << word << "\n" << table;
}

TEST(BenchReport, IsHonestWithoutResults) {
    const Results nothing;
    EXPECT_EQ(nlohmann::json::parse(to_json(nothing))["rps"], 0.0);
    EXPECT_NE(to_table(nothing).find("No request"), std::string::npos);
    EXPECT_TRUE(is_well_formed(to_html(nothing)));
}

TEST(BenchReport, DrawsAPageThatNeedsNothingElse) {
    const std::string html = to_html(example());
    EXPECT_TRUE(is_well_formed(html));
    EXPECT_NE(html.find("a=&lt;b&gt;&amp;c"), std::string::npos);
    EXPECT_EQ(html.find("a=<b>"), std::string::npos);
    for (const char* word : {"src=", "href=", "@import", "url("}) EXPECT_EQ(html.find(word), std::string::npos) << word;
    for (const char* title : {"Time by percentile", "Answers per second", "Latency, ms", "Events per second"})
        EXPECT_NE(html.find(title), std::string::npos) << title;
    EXPECT_EQ(html.find("nan"), std::string::npos);
}

TEST(BenchReport, ThinsLongRunsAndKeepsTheirPeaks) {
    std::vector<Interval> intervals(1000, {.start = 0s, .length = 1s, .ok = 1, .p99 = 1ms});
    intervals[777].p99 = 5s;
    const auto thin = thinned(intervals, 100);
    EXPECT_EQ(thin.size(), 100u);
    EXPECT_EQ(thin[77].p99, 5s);
    EXPECT_EQ(thin[0].ok, 10u);
    EXPECT_EQ(thin[0].length, 10s);
}

TEST(BenchReport, CutsAxesAtRoundSteps) {
    const auto ticks = linear_ticks(93);
    EXPECT_EQ(ticks.front().label, "0");
    EXPECT_EQ(ticks[1].label, "20");
    EXPECT_EQ(ticks.back().label, "100");
    EXPECT_GE(linear_ticks(0).size(), 2u);
    EXPECT_GE(linear_ticks(1e-7).back().at, 1e-7);
}

TEST(BenchReport, ShowsTimesInThreeDigits) {
    EXPECT_EQ(short_time(0ns), "0.00 us");
    EXPECT_EQ(short_time(832us), "832 us");
    EXPECT_EQ(short_time(1234us), "1.23 ms");
    EXPECT_EQ(short_time(99'960us), "100 ms");
    EXPECT_EQ(short_time(2min), "120 s");
}
