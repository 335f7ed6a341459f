#include <gtest/gtest.h>

#include "chat_support.hpp"

namespace breakwater {
namespace {

using test::context;
using test::encode;
using test::json;

json answer(std::initializer_list<StreamEvent> events, bool legacy_functions = false) {
    const std::string out = encode(context(false, false, legacy_functions), events);
    const json body = json::parse(out, nullptr, false);
    EXPECT_FALSE(body.is_discarded()) << out;
    return body;
}

TEST(OpenAiChatJson, WritesAWholeAnswer) {
    const Usage usage{.input_uncached = 3,
                      .cache_read = 4,
                      .cache_write = 2,
                      .output = 12,
                      .reasoning = 8,
                      .input_audio = 1,
                      .output_audio = 5,
                      .accepted_prediction = 6,
                      .rejected_prediction = 7};
    const json body = answer(
        {MessageStart{
             .id = "theirs", .model = "m-2026", .created = 7, .service_tier = "default", .system_fingerprint = "fp_1"},
         ReasoningDelta{0, "Hm."}, ReasoningEnd{.signature = "sig"}, TextDelta{0, "H"},
         LogprobsEvent{0, R"({"content":[{"token":"H"}],"refusal":null})"}, TextDelta{0, "i"},
         LogprobsEvent{0, R"({"content":[{"token":"i"}],"refusal":null})"},
         AnnotationEvent{0, R"({"type":"url_citation"})"},
         FinishEvent{.reason = FinishReason::stop, .native = "end_turn"}, UsageEvent{usage}, StreamEnd{}});
    const json message{{"role", "assistant"},
                       {"content", "Hi"},
                       {"refusal", nullptr},
                       {"reasoning_content", "Hm."},
                       {"thinking_blocks", {{{"type", "thinking"}, {"thinking", "Hm."}, {"signature", "sig"}}}},
                       {"annotations", {{{"type", "url_citation"}}}}};
    const json expected{
        {"id", "chatcmpl-1"},
        {"object", "chat.completion"},
        {"created", 1'770'000'000},
        {"model", "m-2026"},
        {"choices",
         {{{"index", 0},
           {"message", message},
           {"logprobs", {{"content", {{{"token", "H"}}, {{"token", "i"}}}}, {"refusal", nullptr}}},
           {"finish_reason", "stop"},
           {"native_finish_reason", "end_turn"}}}},
        {"usage",
         {{"prompt_tokens", 9},
          {"completion_tokens", 12},
          {"total_tokens", 21},
          {"prompt_tokens_details", {{"cached_tokens", 4}, {"cache_write_tokens", 2}, {"audio_tokens", 1}}},
          {"completion_tokens_details",
           {{"reasoning_tokens", 8},
            {"audio_tokens", 5},
            {"accepted_prediction_tokens", 6},
            {"rejected_prediction_tokens", 7}}}}},
        {"service_tier", "default"},
        {"system_fingerprint", "fp_1"},
    };
    EXPECT_EQ(body, expected);
}

TEST(OpenAiChatJson, WritesToolCallsWithNullContent) {
    const json message =
        answer({ToolCallStart{.id = "c1", .name = "f", .extension = R"({"google":1})"}, ToolArgsDelta{0, 0, "{\"a\""},
                ToolArgsDelta{0, 0, ":1}"}, ToolCallStart{.index = 1, .id = "c2", .name = "sh", .custom = true},
                ToolArgsDelta{0, 1, "ls"}, FinishEvent{.reason = FinishReason::tool_calls}, StreamEnd{}})
            .at("choices")[0]
            .at("message");
    EXPECT_TRUE(message.at("content").is_null());
    EXPECT_EQ(message["tool_calls"],
              json({{{"id", "c1"},
                     {"type", "function"},
                     {"function", {{"name", "f"}, {"arguments", "{\"a\":1}"}}},
                     {"extra_content", {{"google", 1}}}},
                    {{"id", "c2"}, {"type", "custom"}, {"custom", {{"name", "sh"}, {"input", "ls"}}}}}));
}

TEST(OpenAiChatJson, AnswersLegacyClientsWithAFunctionCall) {
    const json choice = answer({ToolCallStart{.id = "c1", .name = "f"}, ToolArgsDelta{0, 0, "{}"},
                                FinishEvent{.reason = FinishReason::tool_calls}, StreamEnd{}},
                               true)
                            .at("choices")[0];
    EXPECT_EQ(choice["message"]["function_call"], json({{"name", "f"}, {"arguments", "{}"}}));
    EXPECT_FALSE(choice["message"].contains("tool_calls"));
    EXPECT_EQ(choice["finish_reason"], "function_call");
}

TEST(OpenAiChatJson, LeavesOutWhatIsNotThere) {
    const json body = answer({TextDelta{0, "Hi"}, FinishEvent{}, StreamEnd{}});
    const json expected{{"id", "chatcmpl-1"},
                        {"object", "chat.completion"},
                        {"created", 1'770'000'000},
                        {"model", "upstream-model"},
                        {"choices",
                         {{{"index", 0},
                           {"message", {{"role", "assistant"}, {"content", "Hi"}, {"refusal", nullptr}}},
                           {"logprobs", nullptr},
                           {"finish_reason", "stop"}}}},
                        {"usage", nullptr}};
    EXPECT_EQ(body, expected) << "unknown usage is null, never 0";
}

TEST(OpenAiChatJson, MarksEstimatedUsage) {
    const Usage usage{.input_uncached = 1, .output = 2, .estimated = true};
    const json body = answer({TextDelta{0, "Hi"}, FinishEvent{}, UsageEvent{usage}, StreamEnd{}});
    EXPECT_EQ(body["usage"],
              json({{"prompt_tokens", 1}, {"completion_tokens", 2}, {"total_tokens", 3}, {"estimated", true}}));
}

TEST(OpenAiChatJson, WritesRefusalsAndAudioInPlaceOfText) {
    const json refusal = answer({RefusalDelta{0, "No."}, FinishEvent{}, StreamEnd{}})["choices"][0]["message"];
    EXPECT_EQ(refusal, json({{"role", "assistant"}, {"content", nullptr}, {"refusal", "No."}}));
    const json audio = answer({AudioEvent{0, R"({"id":"a"})"}, FinishEvent{}, StreamEnd{}})["choices"][0]["message"];
    EXPECT_TRUE(audio["content"].is_null());
    EXPECT_EQ(audio["audio"], json({{"id", "a"}}));
}

TEST(OpenAiChatJson, KeepsTheNumbersOfChoices) {
    const json body =
        answer({TextDelta{2, "b"}, TextDelta{0, "a"}, FinishEvent{.choice = 0}, FinishEvent{.choice = 2}, StreamEnd{}});
    ASSERT_EQ(body["choices"].size(), 2U);
    EXPECT_EQ(body["choices"][0]["index"], 0);
    EXPECT_EQ(body["choices"][1]["index"], 2);
    EXPECT_EQ(body["choices"][1]["message"]["content"], "b");
}

TEST(OpenAiChatJson, WritesNothingBeforeTheEndAndIgnoresWhatFollows) {
    const auto encoder = openai_chat_ingress().make_encoder(context(false));
    encoder->on_event(TextDelta{0, "a"});
    encoder->ping();
    EXPECT_EQ(encoder->out(), "");
    encoder->on_event(FinishEvent{});
    encoder->on_event(StreamEnd{});
    const std::string body = encoder->out();
    encoder->on_event(StreamEnd{});
    EXPECT_EQ(encoder->out(), body);
    HttpResponseHead head;
    encoder->head(head);
    EXPECT_EQ(head.headers.get("content-type"), "application/json");
}

TEST(OpenAiChatJson, TurnsAFaultIntoTheErrorObject) {
    const json body =
        answer({TextDelta{0, "a"}, StreamFault{Error(ErrorKind::upstream_stalled, "silent")}, StreamEnd{}});
    EXPECT_EQ(body.at("error").at("code"), "upstream_stalled");
    EXPECT_FALSE(body.contains("choices"));
}

}  // namespace
}  // namespace breakwater
