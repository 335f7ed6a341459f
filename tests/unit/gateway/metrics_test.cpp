#include "breakwater/gateway/metrics.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <sstream>
#include <thread>

namespace breakwater {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::string value_of(const std::string& text, const std::string& series) {
    for (const std::string& line : lines_of(text)) {
        if (line.starts_with(series + " ")) return line.substr(series.size() + 1);
    }
    return "absent";
}

TEST(MetricLabels, EscapesWhatWouldEndAValue) {
    EXPECT_EQ(metric_labels({{"a", "x"}, {"b", "y"}}), R"(a="x",b="y")");
    EXPECT_EQ(metric_labels({{"a", "q\"b\\s\nn"}}), R"(a="q\"b\\s\nn")");
    EXPECT_EQ(metric_labels({}), "");
}

TEST(Metrics, AddsUpOverWorkers) {
    MetricsShard first;
    MetricsShard second;
    const std::string labels = metric_labels({{"deployment", "d"}, {"outcome", "ok"}});
    first.counter(Counter::attempts, labels).add(1);
    first.counter(Counter::attempts, labels).add(2);
    second.counter(Counter::attempts, labels).add(4);
    MetricsText text;
    text.add(first);
    text.add(second);
    EXPECT_EQ(value_of(text.str(), R"(breakwater_attempts_total{deployment="d",outcome="ok"})"), "7");
}

TEST(Metrics, HistogramsAreCumulative) {
    MetricsShard shard;
    const std::string labels = metric_labels({{"route", "r"}});
    for (const double seconds : {0.0002, 0.001, 0.3, 5000.0})
        shard.histogram(Histogram::request_duration, labels).observe(seconds);
    MetricsText metrics;
    metrics.add(shard);
    const std::string text = metrics.str();
    const std::string name = "breakwater_request_duration_seconds";
    EXPECT_EQ(value_of(text, name + R"(_bucket{route="r",le="0.0005"})"), "1");
    EXPECT_EQ(value_of(text, name + R"(_bucket{route="r",le="0.001"})"), "2");
    EXPECT_EQ(value_of(text, name + R"(_bucket{route="r",le="0.5"})"), "3");
    EXPECT_EQ(value_of(text, name + R"(_bucket{route="r",le="600"})"), "3");
    EXPECT_EQ(value_of(text, name + R"(_bucket{route="r",le="+Inf"})"), "4");
    EXPECT_EQ(value_of(text, name + R"(_count{route="r"})"), "4");
    EXPECT_EQ(value_of(text, name + R"(_sum{route="r"})"), "5000.3012");
}

// Made to be run under ThreadSanitizer.
TEST(Metrics, AScrapeSeesNoMoreInABucketThanInAll) {
    MetricsShard shard;
    std::atomic<bool> done{false};
    std::thread worker([&] {
        HistogramSeries& series = shard.histogram(Histogram::request_duration, "");
        for (int i = 0; i < 20'000; ++i) {
            series.observe(0.0001);
            if (i % 100 == 0) shard.counter(Counter::requests, metric_labels({{"route", std::to_string(i)}})).add(1);
        }
        done = true;
    });
    while (!done) {
        MetricsText metrics;
        metrics.add(shard);
        const std::string text = metrics.str();
        EXPECT_EQ(value_of(text, R"(breakwater_request_duration_seconds_bucket{le="600"})"),
                  value_of(text, "breakwater_request_duration_seconds_count"));
    }
    worker.join();
    MetricsText metrics;
    metrics.add(shard);
    EXPECT_EQ(value_of(metrics.str(), "breakwater_request_duration_seconds_count"), "20000");
}

TEST(Metrics, EveryFamilyHasHelpAndTypeOnce) {
    MetricsShard shard;
    shard.counter(Counter::requests, metric_labels({{"route", "a"}})).add(1);
    shard.counter(Counter::requests, metric_labels({{"route", "b"}})).add(1);
    MetricsText metrics;
    metrics.gauge("breakwater_x", "Help.", metric_labels({{"a", "1"}}), 1);
    metrics.gauge("breakwater_x", "Help.", metric_labels({{"a", "2"}}), 2);
    metrics.add(shard);
    std::set<std::string> seen;
    std::string family;
    for (const std::string& line : lines_of(metrics.str())) {
        if (line.starts_with("# HELP ") || line.starts_with("# TYPE ")) {
            EXPECT_TRUE(seen.insert(line.substr(0, line.find(' ', 7))).second) << line;
            family = line.substr(7, line.find(' ', 7) - 7);
        } else {
            EXPECT_TRUE(line.starts_with(family)) << line << " stands below " << family;
        }
    }
    EXPECT_TRUE(seen.contains("# TYPE breakwater_x"));
    EXPECT_TRUE(seen.contains("# HELP breakwater_requests_total"));
}

}  // namespace
}  // namespace breakwater
