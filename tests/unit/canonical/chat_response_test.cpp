#include "breakwater/canonical/chat_response.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <nlohmann/json.hpp>

namespace breakwater {
namespace {

using nlohmann::json;

ResponseFold fold(std::initializer_list<StreamEvent> events) {
    ResponseFold result;
    for (const StreamEvent& event : events) result.on_event(event);
    return result;
}

TEST(ResponseFold, JoinsTheDeltasOfEachChoice) {
    const ResponseFold answer =
        fold({MessageStart{.id = "id", .model = "m", .created = 7}, TextDelta{0, "Hel"}, TextDelta{1, "x"},
              TextDelta{0, "lo"}, RefusalDelta{1, "no"}, RefusalDelta{1, "pe"},
              FinishEvent{.choice = 0, .reason = FinishReason::length, .native = "max_tokens"},
              UsageEvent{{.output = 4}}, StreamEnd{}});
    const ChatResponse& response = answer.response();
    EXPECT_EQ(response.id, "id");
    EXPECT_EQ(response.model, "m");
    EXPECT_EQ(response.created, 7);
    ASSERT_EQ(response.choices.size(), 2u);
    EXPECT_EQ(response.choices[0].text, "Hello");
    EXPECT_TRUE(response.choices[0].has_text);
    EXPECT_EQ(response.choices[0].finish, FinishReason::length);
    EXPECT_EQ(response.choices[0].native_finish, "max_tokens");
    EXPECT_EQ(response.choices[1].refusal, "nope");
    EXPECT_FALSE(response.choices[1].finish);
    EXPECT_EQ(response.usage->output, 4);
    EXPECT_TRUE(answer.ended());
    EXPECT_FALSE(answer.fault());
}

TEST(ResponseFold, KeepsTheFirstFactsAndFillsTheMissing) {
    const ResponseFold answer = fold({MessageStart{.model = "m"},
                                      MessageStart{.id = "id", .model = "other", .created = 3, .service_tier = "flex"},
                                      MessageStart{.id = "late", .created = 9, .system_fingerprint = "fp"}});
    EXPECT_EQ(answer.response().id, "id");
    EXPECT_EQ(answer.response().model, "m");
    EXPECT_EQ(answer.response().created, 3);
    EXPECT_EQ(answer.response().service_tier, "flex");
    EXPECT_EQ(answer.response().system_fingerprint, "fp");
    EXPECT_FALSE(answer.ended());
}

TEST(ResponseFold, KeepsReasoningBlocksAsTheyMustBeReplayed) {
    const ResponseFold answer =
        fold({ReasoningDelta{0, "one "}, ReasoningDelta{0, "block"}, ReasoningEnd{0, "sig", ""},
              ReasoningEnd{0, "", "opaque"}, ReasoningDelta{0, "two"}, ReasoningEnd{0, "sig2", ""},
              ReasoningDelta{0, " open"}, TextDelta{0, "x"}, StreamEnd{}});
    const ResponseChoice& choice = answer.response().choices[0];
    EXPECT_EQ(choice.reasoning, "one blocktwo open");
    ASSERT_EQ(choice.reasoning_blocks.size(), 3u);
    EXPECT_EQ(choice.reasoning_blocks[0].text, "one block");
    EXPECT_EQ(choice.reasoning_blocks[0].signature, "sig");
    EXPECT_EQ(choice.reasoning_blocks[1].text, "");
    EXPECT_EQ(choice.reasoning_blocks[1].redacted, "opaque");
    EXPECT_EQ(choice.reasoning_blocks[2].text, "two");
    EXPECT_EQ(choice.reasoning_blocks[2].signature, "sig2");
}

TEST(ResponseFold, CollectsToolCallsWithInterleavedArguments) {
    const ResponseFold answer =
        fold({ToolCallStart{.choice = 0, .index = 0, .id = "a", .name = "f"}, ToolArgsDelta{0, 0, "{\"x\":"},
              ToolCallStart{.choice = 0, .index = 1, .id = "b", .name = "g", .custom = true, .extension = "{\"s\":1}"},
              ToolArgsDelta{0, 1, "free"}, ToolArgsDelta{0, 0, "1}"}, ToolArgsDelta{0, 9, "lost"}, StreamEnd{}});
    const auto& calls = answer.response().choices[0].tool_calls;
    ASSERT_EQ(calls.size(), 2u);
    EXPECT_EQ(calls[0].id, "a");
    EXPECT_EQ(calls[0].name, "f");
    EXPECT_EQ(calls[0].arguments, "{\"x\":1}");
    EXPECT_FALSE(calls[0].custom);
    EXPECT_EQ(calls[1].arguments, "free");
    EXPECT_TRUE(calls[1].custom);
    EXPECT_EQ(calls[1].extension, "{\"s\":1}");
}

TEST(ResponseFold, MergesLogprobsAndAnnotations) {
    const ResponseFold answer =
        fold({LogprobsEvent{1, R"({"content":[{"token":"a"}],"refusal":null})"},
              LogprobsEvent{1, R"({"content":[{"token":"b"}],"refusal":null})"}, AnnotationEvent{1, "{\"n\":1}"},
              AnnotationEvent{1, "{\"n\":2}"}, AudioEvent{1, "{\"id\":\"old\"}"}, AudioEvent{1, "{\"id\":\"new\"}"},
              StreamEnd{}});
    const ResponseChoice& choice = answer.response().choices.at(1);
    EXPECT_EQ(json::parse(choice.logprobs), json::parse(R"({"content":[{"token":"a"},{"token":"b"}],"refusal":null})"));
    EXPECT_EQ(choice.annotations, (std::vector<JsonText>{"{\"n\":1}", "{\"n\":2}"}));
    EXPECT_EQ(choice.audio, "{\"id\":\"new\"}");
    EXPECT_EQ(answer.response().choices.at(0).logprobs, "");
}

TEST(ResponseFold, CopiesWhatTheEventsLent) {
    ResponseFold answer;
    {
        std::string lent = "gone soon, and long enough for the heap";
        answer.on_event(MessageStart{.id = lent});
        answer.on_event(TextDelta{0, lent});
        lent.assign(lent.size(), '#');
    }
    EXPECT_EQ(answer.response().id, "gone soon, and long enough for the heap");
    EXPECT_EQ(answer.response().choices[0].text, "gone soon, and long enough for the heap");
}

TEST(ResponseFold, KeepsTheFaultAndDoesNotCallItAnEnd) {
    const ResponseFold answer = fold({TextDelta{0, "x"}, StreamFault{Error(ErrorKind::upstream_stalled, "silence")}});
    EXPECT_FALSE(answer.ended());
    ASSERT_TRUE(answer.fault());
    EXPECT_EQ(answer.fault()->kind, ErrorKind::upstream_stalled);
    EXPECT_EQ(answer.response().choices[0].text, "x");
}

TEST(ResponseFold, RunningTotalsOfUsageReplaceEachOther) {
    const ResponseFold answer =
        fold({UsageEvent{{.input_uncached = 5, .output = 1}}, UsageEvent{{.output = 8}}, StreamEnd{}});
    EXPECT_EQ(answer.response().usage, (Usage{.input_uncached = 5, .output = 8}));
    EXPECT_FALSE(fold({StreamEnd{}}).response().usage);
}

}  // namespace
}  // namespace breakwater
