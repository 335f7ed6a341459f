#include "gateway/access_log.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace breakwater {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

const Deployment kDeployment{.name = "gpt", .provider = "openai", .model = "gpt-5"};

RequestRecord record() {
    RequestRecord result;
    result.request_id = "req_1";
    result.client = "127.0.0.1:5";
    result.method = "POST";
    result.path = "/v1/chat/completions";
    result.model = "fast";
    result.route = "fast";
    result.stream = true;
    result.at = WallTime(1'700'000'000s);
    result.total = 1500ms;
    result.report.termination = Termination::complete;
    result.report.status = 200;
    result.report.served = &kDeployment;
    result.report.attempts_started = 2;
    result.report.attempts.push_back(
        {.deployment = &kDeployment, .upstream_status = 500, .outcome = "upstream_error", .total = 20ms});
    result.report.attempts.push_back(
        {.deployment = &kDeployment, .upstream_status = 200, .outcome = "ok", .total = 1s});
    result.report.usage = Usage{};
    result.report.usage->input_uncached = 10;
    result.report.usage->output = 5;
    return result;
}

std::string access_line_json(const RequestRecord& request) {
    std::string line;
    append_access_json(line, request);
    return line;
}

std::string access_line_text(const RequestRecord& request) {
    std::string line;
    append_access_text(line, request);
    return line;
}

TEST(AccessLog, SaysWhatHappenedInOneObject) {
    const json line = json::parse(access_line_json(record()));
    EXPECT_EQ(line["ts"], "2023-11-14T22:13:20.000Z");
    EXPECT_EQ(line["request_id"], "req_1");
    EXPECT_EQ(line["status"], 200);
    EXPECT_EQ(line["ended"], "complete");
    EXPECT_EQ(line["served"], "gpt-5");
    EXPECT_EQ(line["provider"], "openai");
    EXPECT_EQ(line["deployment"], "gpt");
    ASSERT_EQ(line["attempts"].size(), 2u);
    EXPECT_EQ(line["attempts"][0]["outcome"], "upstream_error");
    EXPECT_EQ(line["attempts"][0]["status"], 500);
    EXPECT_EQ(line["tokens"]["out"], 5);
    EXPECT_EQ(line["ms"]["total"], 1500.0);
    EXPECT_FALSE(line.contains("error"));
    EXPECT_FALSE(line.contains("cost_usd"));
}

TEST(AccessLog, SaysThatTheBudgetWithheldARetry) {
    EXPECT_FALSE(json::parse(access_line_json(record())).contains("retry"));
    EXPECT_EQ(access_line_text(record()).find("retry"), std::string::npos);
    RequestRecord withheld = record();
    withheld.report.retry = RetryOutcome::no_budget;
    EXPECT_EQ(json::parse(access_line_json(withheld))["retry"], "no_budget");
    EXPECT_NE(access_line_text(withheld).find(", retry: no_budget"), std::string::npos) << access_line_text(withheld);
}

TEST(AccessLog, NamesTheTraceOfATracedRequest) {
    EXPECT_FALSE(json::parse(access_line_json(record())).contains("trace_id"));
    RequestRecord traced = record();
    traced.trace = std::make_unique<RequestTrace>(RequestTrace{.context = {.trace_high = 1, .trace_low = 0xff}});
    EXPECT_EQ(json::parse(access_line_json(traced))["trace_id"], "000000000000000100000000000000ff");
    EXPECT_TRUE(access_line_text(traced).ends_with(" trace 000000000000000100000000000000ff]"));
}

TEST(AccessLog, UnknownCountsAreNull) {
    RequestRecord unknown = record();
    unknown.report.usage = Usage{};
    const json line = json::parse(access_line_json(unknown));
    EXPECT_TRUE(line["tokens"]["out"].is_null());
    EXPECT_TRUE(line["tokens"]["cached"].is_null());
}

std::vector<std::string> hostile() {
    return {"x\n{\"level\":\"error\"}",
            "x\r\n",
            "\",\"status\":500,\"",
            "\x1b[31mred",
            std::string("a\0b", 3),
            "\xff\xfe",
            std::string(50'000, 'x'),
            "\xe2\x80\xa8",
            "</script>",
            "\\"};
}

// A client chooses these bytes; whatever they are, there is one line, and it is one object with our fields.
TEST(AccessLog, ClientBytesStayValues) {
    for (const std::string& bytes : hostile()) {
        RequestRecord attack = record();
        attack.model = bytes;
        attack.path = bytes;
        const std::string line = access_line_json(attack);
        EXPECT_EQ(line.find('\n'), std::string::npos);
        EXPECT_EQ(line.find('\r'), std::string::npos);
        EXPECT_EQ(line.find('\x1b'), std::string::npos);
        const json parsed = json::parse(line, nullptr, false);
        ASSERT_FALSE(parsed.is_discarded()) << line;
        EXPECT_EQ(parsed["status"], 200);
        EXPECT_EQ(parsed["level"], "info");
    }
}

TEST(AccessLog, TextLinesHoldNoControlBytes) {
    for (const std::string& bytes : hostile()) {
        RequestRecord attack = record();
        attack.model = bytes;
        attack.path = bytes;
        const std::string line = access_line_text(attack);
        for (const char c : line) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
        EXPECT_LT(line.size(), 1000u);
    }
}

TEST(AccessLog, ARefusalSaysWhy) {
    RequestRecord refused;
    refused.refused = "invalid_api_key";
    refused.report.status = 401;
    const json line = json::parse(access_line_json(refused));
    EXPECT_EQ(line["ended"], "refused");
    EXPECT_EQ(line["reason"], "invalid_api_key");
    EXPECT_EQ(line["status"], 401);
    EXPECT_FALSE(line.contains("model"));
}

}  // namespace
}  // namespace breakwater
