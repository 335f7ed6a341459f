#include "breakwater/bench/options.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

using namespace breakwater;
using namespace breakwater::bench;
using namespace std::chrono_literals;

namespace {

Options good() {
    Options options;
    options.url = "http://127.0.0.1:8080/v1";
    return options;
}

std::string body_of(const Plan& plan) {
    return plan.request.substr(plan.request.find("\r\n\r\n") + 4);
}

/// The message of the error that a change to good options brings.
std::string problem(const std::function<void(Options&)>& change) {
    Options options = good();
    change(options);
    const auto plan = make_plan(options);
    return plan ? "" : plan.error().message;
}

}  // namespace

TEST(BenchOptions, MakesARequestForTheWire) {
    Options options = good();
    options.stream = true;
    options.headers = {"X-Team: a b"};
    options.key = Secret("sk-test-1");
    const auto plan = make_plan(options);
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->url, "http://127.0.0.1:8080/v1/chat/completions");
    EXPECT_EQ(plan->endpoint.port, 8080);
    EXPECT_EQ(plan->duration, 10s);
    EXPECT_TRUE(plan->request.starts_with("POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:8080\r\n"));
    EXPECT_NE(plan->request.find("\r\nX-Team: a b\r\n"), std::string::npos);
    EXPECT_NE(plan->request.find("\r\nauthorization: Bearer sk-test-1\r\n"), std::string::npos);
    const std::string body = body_of(*plan);
    EXPECT_NE(plan->request.find("\r\ncontent-length: " + std::to_string(body.size()) + "\r\n"), std::string::npos);
    const auto json = nlohmann::json::parse(body);
    EXPECT_EQ(json["model"], "sim/chat");
    EXPECT_EQ(json["stream"], true);
    EXPECT_EQ(json["messages"][0]["role"], "user");
}

TEST(BenchOptions, PadsTheBodyToItsSize) {
    for (const std::size_t bytes : {200u, 1024u, 100'000u}) {
        Options options = good();
        options.body_bytes = bytes;
        const auto plan = make_plan(options);
        ASSERT_TRUE(plan);
        EXPECT_EQ(body_of(*plan).size(), bytes);
        EXPECT_TRUE(nlohmann::json::accept(body_of(*plan)));
    }
}

TEST(BenchOptions, SendsABodyAsItIs) {
    Options options = good();
    options.body = R"( {"model": "m", "stream": true} )";
    options.stream = true;
    const auto plan = make_plan(options);
    ASSERT_TRUE(plan);
    EXPECT_EQ(body_of(*plan), *options.body);
    EXPECT_EQ(plan->model, "m");
}

TEST(BenchOptions, TakesOtherPaths) {
    Options options = good();
    options.path = "/responses?x=1";
    EXPECT_EQ(make_plan(options)->url, "http://127.0.0.1:8080/v1/responses?x=1");
    options.url = "https://example.com/openai/chat/";
    options.path = "";
    const auto plan = make_plan(options);
    EXPECT_EQ(plan->url, "https://example.com/openai/chat");
    EXPECT_TRUE(plan->request.starts_with("POST /openai/chat HTTP/1.1\r\nhost: example.com\r\n"));
    EXPECT_TRUE(plan->endpoint.tls);
}

TEST(BenchOptions, LetsRequestsReplaceTheDuration) {
    Options options = good();
    options.requests = 5;
    EXPECT_FALSE(make_plan(options)->duration);
    options.duration = 3s;
    EXPECT_EQ(make_plan(options)->duration, 3s);
}

TEST(BenchOptions, SaysWhichOptionIsWrong) {
    using Change = std::function<void(Options&)>;
    const std::pair<const char*, Change> cases[] = {
        {"base URL", [](Options& o) { o.url = "127.0.0.1:8080"; }},
        {"--key-env", [](Options& o) { o.url = "http://me:secret@host/v1"; }},
        {"query", [](Options& o) { o.url = "http://host/v1?x=1"; }},
        {"blanks", [](Options& o) { o.url = "http://host/v1 HTTP/1.1"; }},
        {"--path", [](Options& o) { o.path = "chat"; }},
        {"--connections", [](Options& o) { o.connections = 0; }},
        {"--rate", [](Options& o) { o.rate = 0; }},
        {"--rate", [](Options& o) { o.rate = std::nan(""); }},
        {"--requests", [](Options& o) { o.requests = 0; }},
        {"--duration", [](Options& o) { o.duration = 0s; }},
        {"--timeout", [](Options& o) { o.timeout = 0s; }},
        {"--hold", [](Options& o) { o.hold = true; }},
        {"--pace", [](Options& o) { o.pace = 1s; }},
        {"--body", [](Options& o) { o.body = "[]"; }},
        {"--stream", [](Options& o) { o.body = R"({"stream":true})"; }},
        {"--header", [](Options& o) { o.headers = {"no colon"}; }},
        {"--header", [](Options& o) { o.headers = {"X-A: a\r\nX-B: b"}; }},
        {"content-length", [](Options& o) { o.headers = {"Content-Length: 3"}; }},
        {"--key-env", [](Options& o) { o.headers = {"Authorization: Bearer sk-1"}; }},
    };
    for (const auto& [word, change] : cases)
        EXPECT_NE(problem(change).find(word), std::string::npos) << word << ": " << problem(change);
    EXPECT_EQ(problem([](Options&) {}), "");
}

TEST(BenchOptions, ReadsDurations) {
    const std::pair<const char*, Duration> good_ones[] = {{"10s", 10s},   {"250ms", 250ms}, {"1.5s", 1500ms},
                                                          {"20us", 20us}, {"2m", 2min},     {"1h", 1h},
                                                          {"0", 0s},      {"0s", 0s}};
    for (const auto& [text, expected] : good_ones) {
        const auto got = parse_duration(text);
        ASSERT_TRUE(got) << text;
        EXPECT_EQ(*got, expected) << text;
    }
    for (const char* text : {"", "s", "10", "10 s", "-1s", "1x", "1.2.3s", "9999999999h"})
        EXPECT_FALSE(parse_duration(text)) << text;
}
