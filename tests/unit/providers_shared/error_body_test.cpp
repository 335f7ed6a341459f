#include "providers/shared/error_body.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

ProviderError read_json(int status, std::string_view body) {
    return read_provider_error(status, "application/json", body);
}

TEST(ErrorBody, ReadsTheOpenaiObject) {
    const ProviderError error = read_json(
        400, R"({"error":{"message":"Bad value","type":"invalid_request_error","param":"n","code":"invalid_value"}})");
    EXPECT_EQ(error.facts.status, 400);
    EXPECT_EQ(error.facts.message, "Bad value");
    EXPECT_EQ(error.facts.type, "invalid_request_error");
    EXPECT_EQ(error.facts.code, "invalid_value");
    EXPECT_EQ(error.param, "n");
}

TEST(ErrorBody, DropsACodeThatOnlyRepeatsTheStatus) {
    EXPECT_EQ(read_json(401, R"({"error":{"code":"401","message":"no"}})").facts.code, "");
    EXPECT_EQ(read_json(400, R"({"error":{"code":400,"message":"no"}})").facts.code, "");
    EXPECT_EQ(read_json(400, R"({"object":"error","code":3051,"message":"no"})").facts.code, "3051");
}

TEST(ErrorBody, ReadsErrorStringsWithTheirSiblings) {
    const UpstreamFacts xai = read_json(400, R"({"code":"Client error","error":"No such field"})").facts;
    EXPECT_EQ(xai.message, "No such field");
    EXPECT_EQ(xai.code, "Client error");
    const UpstreamFacts tgi = read_json(422, R"({"error":"Too big","error_type":"validation"})").facts;
    EXPECT_EQ(tgi.message, "Too big");
    EXPECT_EQ(tgi.type, "validation");
}

TEST(ErrorBody, ReadsFlatMessages) {
    const ProviderError error = read_json(
        400,
        R"({"object":"error","message":"Invalid model: x","type":"invalid_model","param":null,"code":"1500","request_id":"r1"})");
    EXPECT_EQ(error.facts.message, "Invalid model: x");
    EXPECT_EQ(error.facts.type, "invalid_model");
    EXPECT_EQ(error.facts.code, "1500");
    EXPECT_EQ(error.facts.request_id, "r1");
}

TEST(ErrorBody, JoinsListsOfValidationErrors) {
    constexpr std::string_view kDetail =
        R"([{"loc":["body","messages",0,"role"],"msg":"Field required"},{"loc":["body","x"],"msg":"Extra"}])";
    const std::string plain = R"({"detail":)" + std::string(kDetail) + "}";
    const std::string nested = R"({"object":"error","message":{"detail":)" + std::string(kDetail) + "}}";
    for (const std::string& body : {plain, nested}) {
        const ProviderError error = read_json(422, body);
        EXPECT_EQ(error.facts.message, "messages.0.role: Field required; x: Extra");
        EXPECT_EQ(error.param, "messages.0.role");
    }
}

TEST(ErrorBody, ReadsProblemDetails) {
    const UpstreamFacts facts =
        read_json(404, R"({"status":404,"title":"Not Found","detail":"No such function"})").facts;
    EXPECT_EQ(facts.message, "No such function");
    EXPECT_EQ(read_json(404, R"({"status":404,"title":"Not Found"})").facts.message, "Not Found");
}

TEST(ErrorBody, UnwrapsArrays) {
    const UpstreamFacts facts =
        read_json(503, R"([{"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}])").facts;
    EXPECT_EQ(facts.message, "Overloaded");
    EXPECT_EQ(facts.type, "UNAVAILABLE");
    EXPECT_EQ(facts.code, "");
}

TEST(ErrorBody, AddsTheReasonThatARelayHides) {
    const UpstreamFacts facts =
        read_json(429, R"({"error":{"code":429,"message":"Provider returned error","metadata":{"raw":"m is busy"}}})")
            .facts;
    EXPECT_EQ(facts.message, "Provider returned error: m is busy");
}

TEST(ErrorBody, TakesTheStatusFromTheBodyWhenTheAnswerWasA200) {
    EXPECT_EQ(read_json(200, R"({"error":{"code":429,"message":"x"}})").facts.status, 429);
    EXPECT_EQ(read_json(200, R"({"error":{"message":"x","status_code":400}})").facts.status, 400);
    EXPECT_EQ(read_json(200, R"({"error":{"message":"x"},"status_code":503})").facts.status, 503);
    EXPECT_EQ(read_json(200, R"({"error":{"message":"x","code":"1500"}})").facts.status, 200);
    EXPECT_EQ(read_json(500, R"({"error":{"code":429,"message":"x"}})").facts.status, 500);
}

TEST(ErrorBody, ShowsPagesAsTextWithoutMarkup) {
    const UpstreamFacts facts = read_error_body(502, "text/html; charset=utf-8",
                                                "<html><body><h1>Bad</h1>\n<script>x()</script>gateway</body></html>");
    EXPECT_EQ(facts.message, "Bad Gateway: Bad gateway");
    EXPECT_LT(read_error_body(502, "text/html", std::string(5000, 'x')).message.size(), 230u);
}

TEST(ErrorBody, FallsBackToTheStatus) {
    EXPECT_EQ(read_error_body(503, "", "").message, "Service Unavailable");
    EXPECT_EQ(read_error_body(500, "application/json", R"({"error":{"mess)").message,
              R"(Internal Server Error: {"error":{"mess)");
}

TEST(ErrorBody, HidesKeys) {
    const UpstreamFacts facts =
        read_json(401, R"({"error":{"message":"Incorrect API key provided: sk-abcdefghijklmnop1234."}})").facts;
    EXPECT_EQ(facts.message.find("abcdefgh"), std::string::npos);
}

TEST(ErrorBody, SurvivesEveryTruncation) {
    const std::string body =
        R"([{"error":{"message":{"detail":[{"loc":["body",0],"msg":"m"}]},"type":"t","code":12,"metadata":{"raw":"r"}}}])";
    for (std::size_t size = 0; size <= body.size(); ++size) {
        EXPECT_FALSE(read_json(400, body.substr(0, size)).facts.message.empty()) << size;
    }
}

TEST(SaysError, IsTrueForErrorsOfAnyShapeOnly) {
    const auto says = [](std::string_view json) {
        JsonReader reader;
        return says_error(*reader.parse(json));
    };
    EXPECT_TRUE(says(R"({"error":{"message":"x"}})"));
    EXPECT_TRUE(says(R"({"error":"x"})"));
    EXPECT_TRUE(says(R"({"object":"error","message":"x"})"));
    EXPECT_TRUE(says(R"([{"error":{"code":500}}])"));
    EXPECT_FALSE(says(R"({"error":null,"choices":[]})"));
    EXPECT_FALSE(says(R"({"error":{}})"));
    EXPECT_FALSE(says(R"({"error":""})"));
    EXPECT_FALSE(says(R"([])"));
    EXPECT_FALSE(says(R"("error")"));
}

TEST(UpstreamRequestId, IsFoundUnderEveryName) {
    Headers headers;
    EXPECT_EQ(upstream_request_id(headers), "");
    headers.add("apim-request-id", "a1");
    EXPECT_EQ(upstream_request_id(headers), "a1");
    headers.add("X-Request-Id", "r1");
    EXPECT_EQ(upstream_request_id(headers), "r1");
}

}  // namespace
}  // namespace breakwater
