#include <gtest/gtest.h>

#include "event_log.hpp"
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
        EXPECT_EQ(reader.parse(list)->get(entries), simdjson::SUCCESS);
        calls_.read(entries, whole_, 0, names_, *this);
        return *this;
    }
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

}  // namespace
}  // namespace breakwater::test
