#include "gateway/span_export.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace breakwater {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

TEST(SpanExport, WrapsSpans) {
    const json body = json::parse(export_body(R"({"name":"a"},{"name":"b"})", "my \"service\"", "1.2.3"));
    const json& resource = body["resourceSpans"].at(0);
    EXPECT_EQ(resource["resource"]["attributes"][0],
              json::parse(R"({"key": "service.name", "value": {"stringValue": "my \"service\""}})"));
    EXPECT_EQ(resource["resource"]["attributes"][1]["value"]["stringValue"], "1.2.3");
    EXPECT_EQ(resource["scopeSpans"][0]["scope"]["name"], "breakwater");
    EXPECT_EQ(resource["scopeSpans"][0]["spans"], json::parse(R"([{"name": "a"}, {"name": "b"}])"));
}

TEST(SpanExport, IsAPostOfJson) {
    SpanTarget target;
    target.settings.headers = {{"authorization", "Basic abc"}, {"User-Agent", "mine"}};
    const HttpRequest request = export_request(target, "{}");
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/v1/traces");
    EXPECT_EQ(request.headers.get("content-type"), "application/json");
    EXPECT_EQ(request.headers.get("authorization"), "Basic abc");
    EXPECT_EQ(request.headers.get("user-agent"), "mine");
    EXPECT_EQ(request.headers.count("user-agent"), 1u);
    EXPECT_EQ(request.body, "{}");
}

TEST(SpanExport, IsRepeatedOnlyWhereThatMayHelp) {
    for (const int status : {429, 502, 503, 504}) EXPECT_TRUE(may_export_again(status)) << status;
    for (const int status : {200, 301, 400, 401, 404, 413, 500, 501}) EXPECT_FALSE(may_export_again(status)) << status;
}

TEST(SpanExport, IsRepeatedAfterWhateverKeptItFromBeingSent) {
    JsonReader reader;
    const auto outcome = [&reader](bool sent, ErrorKind kind) {
        ExportTry tried{.sent = sent};
        tried.fault = Error(kind, "why");
        return judge_export(tried, reader);
    };
    for (const ErrorKind kind : {ErrorKind::upstream_dns, ErrorKind::upstream_connect, ErrorKind::upstream_tls,
                                 ErrorKind::upstream_timeout, ErrorKind::upstream_truncated}) {
        EXPECT_TRUE(outcome(false, kind).again) << to_string(kind);
        EXPECT_EQ(outcome(false, kind).fault, "why");
        EXPECT_FALSE(outcome(true, kind).again) << "may have been taken, after " << to_string(kind);
        EXPECT_EQ(outcome(true, kind).fault, "why");
        EXPECT_TRUE(outcome(true, kind).outage);
    }
}

TEST(SpanExport, IsJudgedByTheStatus) {
    JsonReader reader;
    ExportTry tried{.sent = true, .status = 503, .retry_after = 7s};
    EXPECT_TRUE(judge_export(tried, reader).again);
    EXPECT_TRUE(judge_export(tried, reader).outage);
    EXPECT_EQ(judge_export(tried, reader).retry_after, 7s);
    tried.status = 400;
    EXPECT_FALSE(judge_export(tried, reader).again);
    EXPECT_FALSE(judge_export(tried, reader).outage);
    EXPECT_FALSE(judge_export(tried, reader).fault.empty());
    tried.status = 200;
    tried.answer = R"({"partialSuccess": {"rejectedSpans": 4}})";
    EXPECT_EQ(judge_export(tried, reader).fault, "");
    EXPECT_EQ(judge_export(tried, reader).refused, 4u);
    tried.fault = Error(ErrorKind::upstream_truncated, "cut");
    EXPECT_EQ(judge_export(tried, reader).fault, "") << "it has said that it has them";
    EXPECT_EQ(judge_export(tried, reader).refused, 0u);
}

TEST(SpanExport, WaitsLongerEachTime) {
    EXPECT_EQ(export_pause(1, std::nullopt, 0), 1s);
    EXPECT_EQ(export_pause(2, std::nullopt, 0), 2s);
    EXPECT_EQ(export_pause(3, std::nullopt, 1), 2s);
    EXPECT_EQ(export_pause(5, std::nullopt, 0), 16s);
    EXPECT_EQ(export_pause(50, std::nullopt, 0), 16s);
}

TEST(SpanExport, WaitsAsLongAsTheCollectorWants) {
    EXPECT_EQ(export_pause(1, 7s, 0), 7s);
    EXPECT_EQ(export_pause(4, 0s, 0), 1s) << "never at once";
    EXPECT_EQ(export_pause(4, 10ms, 1), 1250ms);
    EXPECT_EQ(export_pause(1, 8s, 1), 10s);
    EXPECT_EQ(export_pause(1, 24h, 0), 60s);
}

TEST(SpanExport, ReadsWhatWasRefused) {
    JsonReader reader;
    EXPECT_EQ(refused_spans(R"({"partialSuccess": {"rejectedSpans": "3", "errorMessage": "x"}})", reader), 3u);
    EXPECT_EQ(refused_spans(R"({"partialSuccess": {"rejectedSpans": 4}})", reader), 4u);
    for (const char* none :
         {"", "{}", "[]", "what", R"({"partialSuccess": {}})", R"({"partialSuccess": null})",
          R"({"partialSuccess": {"rejectedSpans": "-1"}})", R"({"partialSuccess": {"rejectedSpans": "x"}})"})
        EXPECT_EQ(refused_spans(none, reader), 0u) << none;
}

}  // namespace
}  // namespace breakwater
