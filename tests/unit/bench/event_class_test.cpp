#include "bench/event_class.hpp"

#include <gtest/gtest.h>

#include "bench/delta_scan.hpp"

using namespace breakwater;
using namespace breakwater::bench;

namespace {

std::string chunk(std::string_view delta) {
    return R"({"id":"c-1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":)" +
           std::string(delta) + R"(,"finish_reason":null}]})";
}

EventClass of(std::string_view data, std::string_view name = {}) {
    std::size_t offset = 0;
    return classify({.name = name, .data = data}, offset);
}

DeltaScan scan(std::string_view data) {
    std::size_t offset = 0;
    return scan_delta(data, offset);
}

struct Case {
    const char* delta;
    EventClass expected;
};

}  // namespace

TEST(EventClass, TellsContentByTheDelta) {
    const Case cases[] = {
        {R"({"content":"Hello"})", EventClass::content},
        {R"({"content":"\""})", EventClass::content},
        {R"({"content":"{}[]"})", EventClass::content},
        {R"({"role":"assistant","content":"Hello"})", EventClass::content},
        {R"({ "role" : "assistant", "content" : "Hello" })", EventClass::content},
        {R"({"content":null,"reasoning_content":"Let me see"})", EventClass::content},
        {R"({"content":"","reasoning":"Let me see"})", EventClass::content},
        {R"({"refusal":"No."})", EventClass::content},
        {R"({"tool_calls":[{"index":0,"function":{"arguments":"{"}}]})", EventClass::content},
        {R"({"provider_specific":{"a":[1]},"content":"Hello"})", EventClass::content},
        {R"({"role":"assistant","content":""})", EventClass::other},
        {R"({"role":"assistant","content":null,"refusal":null})", EventClass::other},
        {R"({"content":"","tool_calls":[]})", EventClass::other},
        {R"({"provider_specific":{"a":[1]},"content":""})", EventClass::other},
        {R"({"provider_specific":7})", EventClass::other},
        {R"({})", EventClass::other},
    };
    for (const Case& each : cases) EXPECT_EQ(of(chunk(each.delta)), each.expected) << each.delta;
}

TEST(EventClass, NeedsNoParserForTheUsualDeltas) {
    EXPECT_EQ(scan(chunk(R"({"content":"Hello"})")), DeltaScan::content);
    EXPECT_EQ(scan(chunk(R"({"role":"assistant","content":""})")), DeltaScan::empty);
    EXPECT_EQ(scan(chunk(R"({"tool_calls":[{"index":0}]})")), DeltaScan::content);
    EXPECT_EQ(scan(chunk("{}")), DeltaScan::empty);
    EXPECT_EQ(scan(R"({"choices":[],"usage":{}})"), DeltaScan::unknown);
}

TEST(EventClass, RemembersWhereTheDeltaStands) {
    std::size_t offset = 0;
    EXPECT_EQ(scan_delta(chunk(R"({"content":"Hello"})"), offset), DeltaScan::content);
    const std::size_t first = offset;
    EXPECT_GT(first, 0u);
    EXPECT_EQ(scan_delta(chunk(R"({"content":""})"), offset), DeltaScan::empty);
    EXPECT_EQ(offset, first);
    EXPECT_EQ(scan_delta(R"({"choices":[{"delta":{"content":"x"}}]})", offset), DeltaScan::content);
    EXPECT_LT(offset, first);
    EXPECT_EQ(scan_delta("{}", offset), DeltaScan::unknown);
}

TEST(EventClass, TakesACutEventForMalformed) {
    const std::string whole = chunk(R"({"content":"Hello"})");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::string cut = whole.substr(0, length);
        if (cut.ends_with('}')) continue;  // the price of not parsing: this one passes
        EXPECT_EQ(of(cut), EventClass::malformed) << cut;
    }
}

TEST(EventClass, KnowsTheOtherEventsOfAStream) {
    EXPECT_EQ(of("[DONE]"), EventClass::done);
    EXPECT_EQ(of(R"({"id":"c-1","choices":[],"usage":{"total_tokens":7}})"), EventClass::other);
    EXPECT_EQ(of(R"({"choices":[{"index":0,"text":"Hello"}]})"), EventClass::content);
    EXPECT_EQ(of(R"({"choices":[{"index":0,"text":""}]})"), EventClass::other);
    EXPECT_EQ(of("oops"), EventClass::malformed);
    EXPECT_EQ(of(R"(["delta"])"), EventClass::malformed);
}

TEST(EventClass, FindsErrorsInBand) {
    EXPECT_EQ(of(R"({"error":{"message":"no"}})"), EventClass::error);
    EXPECT_EQ(of(R"({"message":"no"})", "error"), EventClass::error);
    std::size_t offset = 0;
    EXPECT_EQ(classify({.name = {}, .data = "oops", .error_field = true}, offset), EventClass::error);
    const char* beside = R"({"id":"c-1","error":{"code":502},"choices":[{"index":0,"delta":{"content":""}}]})";
    EXPECT_EQ(of(beside), EventClass::error);
    EXPECT_EQ(of(R"({"error":null,"choices":[{"index":0,"delta":{"content":""}}]})"), EventClass::other);
    EXPECT_EQ(of(chunk(R"({"content":"say \"error\""})")), EventClass::content);
}

TEST(EventClass, UnderstandsTheResponsesDialect) {
    EXPECT_EQ(of(R"({"type":"response.output_text.delta","delta":"Hello"})", "response.output_text.delta"),
              EventClass::content);
    EXPECT_EQ(of(R"({"type":"response.created","response":{"error":null}})", "response.created"), EventClass::other);
    EXPECT_EQ(of(R"({"type":"response.completed","response":{}})", "response.completed"), EventClass::done);
    EXPECT_EQ(of(R"({"type":"response.failed","response":{}})", "response.failed"), EventClass::error);
}
