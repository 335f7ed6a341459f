#include <gtest/gtest.h>

#include "event_log.hpp"
#include "providers/openai/decoder.hpp"
#include "providers/openai/tool_calls.hpp"

namespace breakwater::test {
namespace {

/// The events of lists of `tool_calls` that follow each other, and at the end how often something was unknown.
class Calls final : public EventSink {
public:
    explicit Calls(bool whole = false) : whole_(whole) {}

    Calls& read(std::string_view list) {
        JsonReader reader;
        JsonReader::Array entries;
        EXPECT_TRUE(reader.parse(list)->get(entries));
        result_ = calls_.read(entries, whole_, 0, names_, *this);
        return *this;
    }
    [[nodiscard]] const Result<void>& result() const { return result_; }
    std::vector<std::string> lines() {
        calls_.flush(0, *this);
        const auto count = [this](Unknown what) { return std::to_string(unknown_.of(what)); };
        log_.lines.push_back("content " + count(Unknown::content) + ", fields " + count(Unknown::field));
        return log_.lines;
    }
    void on_event(const StreamEvent& event) override { log_.on_event(event); }
    void on_unknown(Unknown what) override { unknown_.add(what); }

private:
    openai::ToolCallReader calls_;
    openai::ToolNames names_{{}};
    EventLog log_;
    UnknownCounts unknown_;
    Result<void> result_;
    bool whole_;
};

using Lines = std::vector<std::string>;

TEST(OpenaiUnknownCalls, ArePassedOverWithAllTheirPieces) {
    Calls calls;
    calls.read(R"([{"index":0,"id":"h-1","type":"holo","holo":{"name":"h"}}])");
    calls.read(R"([{"index":0,"holo":{"input":"x"}}])").read(R"([{"index":0,"holo":{"input":"y"}}])");
    calls.read(R"([{"index":1,"id":"c-1","type":"function","function":{"name":"f","arguments":"{}"}}])");
    EXPECT_EQ(calls.lines(), (Lines{R"(call 0.1 "c-1" "f")", R"(args 0.1 "{}")", "content 1, fields 0"}));
}

TEST(OpenaiUnknownCalls, ArePassedOverWithTheirPiecesWhenTooManyToRemember) {
    Calls calls;
    calls.read(R"([{"index":0,"id":"c-1","type":"function","function":{"name":"f","arguments":"{"}}])");
    for (std::size_t i = 1; i <= openai::ToolCallReader::kUnknownMax + 1; ++i) {
        const std::string index = std::to_string(i);
        calls.read(R"([{"index":)" + index + R"(,"id":"h-)" + index + R"(","type":"holo","holo":{}}])");
        calls.read(R"([{"index":)" + index + R"(,"function":{"arguments":"x"}}])");
    }
    calls.read(R"([{"id":"h-33","function":{"arguments":"y"}}])").read(R"([{"function":{"arguments":"z"}}])");
    EXPECT_TRUE(calls.result());
    calls.read(R"([{"index":0,"function":{"arguments":"}"}}])");
    EXPECT_EQ(calls.lines(),
              (Lines{R"(call 0.0 "c-1" "f")", R"(args 0.0 "{")", R"(args 0.0 "}")", "content 33, fields 0"}));
}

TEST(OpenaiUnknownCalls, DoNotTakeTheIndexOfTheNext) {
    Calls calls;
    calls.read(R"([{"index":0,"id":"c-1","type":"function","function":{"name":"f","arguments":"{}"}}])");
    calls.read(R"([{"index":0,"id":"h-1","type":"holo","holo":{}}])").read(R"([{"index":0,"holo":{"input":"x"}}])");
    calls.read(R"([{"index":0,"id":"c-2","type":"function","function":{"name":"g","arguments":"{"}}])");
    calls.read(R"([{"index":0,"function":{"arguments":"}"}}])");
    EXPECT_EQ(calls.lines(), (Lines{R"(call 0.0 "c-1" "f")", R"(args 0.0 "{}")", R"(call 0.2 "c-2" "g")",
                                    R"(args 0.2 "{")", R"(args 0.2 "}")", "content 1, fields 0"}));
}

TEST(OpenaiUnknownCalls, AreToldByWhatIsThereWhereNoTypeIs) {
    Calls calls(true);
    calls.read(
        R"([{"id":"h-1","holo":{}},7,{"type":7,"id":"h-2"},{"id":"c-1","function":{"name":"f","arguments":"{}"}}])");
    EXPECT_EQ(calls.lines(), (Lines{R"(call 0.3 "c-1" "f")", R"(args 0.3 "{}")", "content 3, fields 0"}));
}

TEST(OpenaiUnknownCalls, AreNotThoseWhoseNameIsStillToCome) {
    Calls calls;
    calls.read(R"([{"index":0,"id":"c-1","type":"function"}])").read(R"([{"index":1,"id":"c-2","function":null}])");
    calls.read(R"([{"index":1,"function":{"name":"g","arguments":"{}"}}])");
    const Lines lines = calls.lines();
    EXPECT_EQ(lines.back(), "content 0, fields 0");
    EXPECT_EQ(lines[lines.size() - 3], R"(call 0.1 "c-2" "g")");
}

// Servers put members of their own beside a call, also in an entry of its own; the call goes on.
TEST(OpenaiUnknownCalls, AreNotMembersBesideAKnownOne) {
    Calls calls;
    calls.read(R"([{"index":0,"id":"c-1","type":"function","function":{"name":"f","arguments":"{"},"holo":1}])");
    calls.read(R"([{"index":0,"holo":{}}])").read(R"([{"index":0,"function":{"arguments":"}"}}])");
    EXPECT_EQ(calls.lines(),
              (Lines{R"(call 0.0 "c-1" "f")", R"(args 0.0 "{")", R"(args 0.0 "}")", "content 1, fields 1"}));
}

// What one entry of a list says is not said by the next.
TEST(OpenaiUnknownCalls, LeaveNothingToTheNextEntry) {
    Calls calls(true);
    calls.read(R"([{"id":"c-1","function":{"name":"f","arguments":"{}"}},{"id":"c-2","type":"function"}])");
    EXPECT_EQ(calls.lines(),
              (Lines{R"(call 0.0 "c-1" "f")", R"(args 0.0 "{}")", R"(call 0.1 "c-2" "")", "content 0, fields 0"}));
}

constexpr int kMany = 10'000;

std::string entry(int index, std::string_view rest) {
    return "{\"index\":" + std::to_string(index) + "," + std::string(rest) + "}";
}

/// `kMany` of them, each on an index of its own: in one list, or each in its own.
std::vector<std::string> lists(std::string_view rest, bool whole) {
    std::vector<std::string> found;
    std::string all = "[";
    for (int i = 0; i < kMany; ++i) {
        if (!whole) found.push_back("[" + entry(i, rest) + "]");
        all += (i > 0 ? "," : "") + entry(i, rest);
    }
    if (whole) found.push_back(all + "]");
    return found;
}

// The number behind the dot is how many calls were kept before this one.
TEST(OpenaiCallLimits, OnlySoManyCallsOfUnknownKindsAreKept) {
    for (const bool whole : {false, true}) {
        Calls calls(whole);
        for (const std::string& list : lists(R"("x":1)", whole)) ASSERT_TRUE(calls.read(list).result());
        ASSERT_TRUE(calls.read(R"([{"index":10000,"id":"c-1","function":{"name":"f","arguments":"{}"}}])").result());
        EXPECT_EQ(calls.lines(), (Lines{R"(call 0.32 "c-1" "f")", R"(args 0.32 "{}")", "content 10000, fields 0"}));
    }
}

TEST(OpenaiCallLimits, CallsOfUnknownKindsLeaveRoomForTheOthers) {
    Calls calls;
    for (const std::string& list : lists(R"("x":1)", false)) calls.read(list);
    for (int i = 0; i < 128; ++i) calls.read("[" + entry(kMany + i, R"("function":{"name":"f"})") + "]");
    EXPECT_TRUE(calls.result());
    EXPECT_EQ(calls.lines().size(), 128u + 1);
}

TEST(OpenaiCallLimits, OneCallTooManyIsAFailureAndTheLastThatIsRead) {
    for (const bool whole : {false, true}) {
        Calls calls(whole);
        int read = 0;
        for (const std::string& list : lists(R"("function":{"name":"f","arguments":"{}"})", whole)) {
            ++read;
            if (!calls.read(list).result()) break;
        }
        ASSERT_FALSE(calls.result());
        EXPECT_EQ(calls.result().error().kind, ErrorKind::upstream_invalid);
        EXPECT_EQ(read, whole ? 1 : 129);
        EXPECT_EQ(calls.lines().size(), 2u * 128 + 1);
    }
}

// As the guard says it, but before the rest of the answer is read.
TEST(OpenaiCallLimits, TheAnswerFailsWithTheCall) {
    const auto decoder = openai::make_decoder({});
    ASSERT_TRUE(decoder->on_head({.status = 200}));
    EventLog log;
    std::string list = lists(R"("function":{"name":"f","arguments":"{}"})", true).front();
    const std::string body = R"({"choices":[{"message":{"tool_calls":)" + list + R"(},"finish_reason":"tool_calls"}]})";
    Result<void> done = decoder->on_body(body, log);
    if (done) done = decoder->on_end(log);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "The provider sent more tool calls than the gateway allows.");
}

}  // namespace
}  // namespace breakwater::test
