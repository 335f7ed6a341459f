#include <gtest/gtest.h>

#include "chunk_reader.hpp"

namespace breakwater {
namespace {

using test::ChunkReader;
using test::context;
using test::encode;
using test::json;

const Usage kUsage{.input_uncached = 5, .cache_read = 4, .output = 12, .reasoning = 8};

json chunk(const json& delta, const json& finish = nullptr, const json& logprobs = nullptr) {
    return {{"id", "chatcmpl-1"},
            {"object", "chat.completion.chunk"},
            {"created", 1'770'000'000},
            {"model", "upstream-model"},
            {"choices", {{{"index", 0}, {"delta", delta}, {"logprobs", logprobs}, {"finish_reason", finish}}}}};
}

const json kRole{{"role", "assistant"}, {"content", ""}, {"refusal", nullptr}};
const json kCallRole{{"role", "assistant"}, {"content", nullptr}, {"refusal", nullptr}};

/// The chunks of a stream that must be clean and complete.
std::vector<json> chunks(std::string_view out, bool include_usage = false) {
    ChunkReader reader(include_usage);
    reader.read(out);
    EXPECT_EQ(reader.problems, std::vector<std::string>{}) << out;
    EXPECT_TRUE(reader.done) << out;
    return reader.chunks;
}

TEST(OpenAiChatStream, WritesTheExactSequenceOfATextAnswer) {
    const std::string out = encode(
        context(), {MessageStart{}, TextDelta{0, "Hi \"you\"\n"}, FinishEvent{}, UsageEvent{kUsage}, StreamEnd{}});
    const std::vector<json> expected{chunk(kRole), chunk({{"content", "Hi \"you\"\n"}}), chunk(json::object(), "stop")};
    EXPECT_EQ(chunks(out), expected);
    EXPECT_TRUE(out.ends_with("data: [DONE]\n\n"));
}

TEST(OpenAiChatStream, WritesUsageLastAndNullBeforeWhenAskedFor) {
    const std::string out =
        encode(context(true, true), {TextDelta{0, "Hi"}, FinishEvent{}, UsageEvent{kUsage}, StreamEnd{}});
    const std::vector<json> all = chunks(out, true);
    ASSERT_EQ(all.size(), 4U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(all[i].at("usage").is_null());
    EXPECT_EQ(all[3]["choices"], json::array());
    EXPECT_EQ(all[3]["usage"], json({{"prompt_tokens", 9},
                                     {"completion_tokens", 12},
                                     {"total_tokens", 21},
                                     {"prompt_tokens_details", {{"cached_tokens", 4}}},
                                     {"completion_tokens_details", {{"reasoning_tokens", 8}}}}));
}

TEST(OpenAiChatStream, LeavesUsageNullWhenItIsNotKnown) {
    const std::string half =
        encode(context(true, true), {TextDelta{0, "Hi"}, FinishEvent{}, UsageEvent{Usage{.output = 3}}, StreamEnd{}});
    const std::vector<json> all = chunks(half, true);
    ASSERT_EQ(all.size(), 3U) << "no chunk with made-up counts";
    EXPECT_TRUE(all.back().at("usage").is_null());
    EXPECT_EQ(all.back()["choices"][0]["finish_reason"], "stop");
}

TEST(OpenAiChatStream, WritesNothingBeforeContent) {
    const std::string out = encode(context(), {MessageStart{.id = "x", .model = "m"}, UsageEvent{kUsage}});
    EXPECT_EQ(out, "");
}

TEST(OpenAiChatStream, FixesTheProvidersModelNameWithTheFirstChunk) {
    const std::string out =
        encode(context(), {MessageStart{.id = "theirs", .model = "m-2026", .created = 5}, TextDelta{0, "a"},
                           MessageStart{.model = "other"}, TextDelta{0, "b"}, FinishEvent{}, StreamEnd{}});
    for (const json& part : chunks(out)) {
        EXPECT_EQ(part["model"], "m-2026");
        EXPECT_EQ(part["id"], "chatcmpl-1");
        EXPECT_EQ(part["created"], 1'770'000'000);
    }
}

TEST(OpenAiChatStream, CarriesTierAndFingerprintFromWhenTheyAreKnown) {
    const std::string out = encode(
        context(), {MessageStart{.system_fingerprint = "fp"}, TextDelta{0, "a"},
                    MessageStart{.service_tier = "default", .system_fingerprint = "late"}, FinishEvent{}, StreamEnd{}});
    const std::vector<json> all = chunks(out);
    EXPECT_EQ(all.front()["system_fingerprint"], "fp");
    EXPECT_FALSE(all.front().contains("service_tier"));
    EXPECT_EQ(all.back()["service_tier"], "default");
    EXPECT_EQ(all.back()["system_fingerprint"], "fp");
}

TEST(OpenAiChatStream, WritesToolCallsHeaderFirstThenArguments) {
    const std::string out =
        encode(context(),
               {ToolCallStart{
                    .index = 0, .id = "c1", .name = "f", .extension = "{\"google\":\n{\"thought_signature\":\"s\"}}"},
                ToolArgsDelta{0, 0, "{\"a\""}, ToolArgsDelta{0, 0, ":1}"},
                ToolCallStart{.index = 1, .id = "c2", .name = "shell", .custom = true}, ToolArgsDelta{0, 1, "ls"},
                FinishEvent{.reason = FinishReason::tool_calls, .native = "tool_calls"}, StreamEnd{}});
    const auto call = [](const json& delta) { return chunk({{"tool_calls", {delta}}}); };
    const std::vector<json> expected{
        chunk(kCallRole),
        call({{"index", 0},
              {"id", "c1"},
              {"type", "function"},
              {"function", {{"name", "f"}, {"arguments", ""}}},
              {"extra_content", {{"google", {{"thought_signature", "s"}}}}}}),
        call({{"index", 0}, {"function", {{"arguments", "{\"a\""}}}}),
        call({{"index", 0}, {"function", {{"arguments", ":1}"}}}}),
        call({{"index", 1}, {"id", "c2"}, {"type", "custom"}, {"custom", {{"name", "shell"}, {"input", ""}}}}),
        call({{"index", 1}, {"custom", {{"input", "ls"}}}}),
        chunk(json::object(), "tool_calls"),
    };
    EXPECT_EQ(chunks(out), expected);
}

TEST(OpenAiChatStream, AnswersLegacyClientsWithAFunctionCall) {
    const std::string out =
        encode(context(true, false, true),
               {ToolCallStart{.index = 0, .id = "c1", .name = "f"}, ToolArgsDelta{0, 0, "{}"},
                ToolCallStart{.index = 1, .id = "c2", .name = "g"}, ToolArgsDelta{0, 1, "{}"},
                FinishEvent{.reason = FinishReason::tool_calls, .native = "tool_calls"}, StreamEnd{}});
    const std::vector<json> expected{chunk(kCallRole), chunk({{"function_call", {{"name", "f"}, {"arguments", ""}}}}),
                                     chunk({{"function_call", {{"arguments", "{}"}}}}),
                                     chunk(json::object(), "function_call")};
    EXPECT_EQ(chunks(out), expected) << "there is room for one call";
}

TEST(OpenAiChatStream, SendsReasoningAndItsSealedBlocksWithText) {
    const std::string out =
        encode(context(), {ReasoningDelta{0, "Let "}, ReasoningDelta{0, "me."}, ReasoningEnd{.signature = "sig"},
                           ReasoningDelta{0, "unsealed"}, ReasoningEnd{}, ReasoningEnd{.redacted = "blob"},
                           TextDelta{0, "x"}, FinishEvent{}, StreamEnd{}});
    const auto block = [](const json& members) { return chunk({{"thinking_blocks", {members}}}); };
    const std::vector<json> expected{
        chunk(kRole),
        chunk({{"reasoning_content", "Let "}}),
        chunk({{"reasoning_content", "me."}}),
        block({{"index", 0}, {"type", "thinking"}, {"thinking", "Let me."}, {"signature", "sig"}}),
        chunk({{"reasoning_content", "unsealed"}}),
        block({{"index", 1}, {"type", "redacted_thinking"}, {"data", "blob"}}),
        chunk({{"content", "x"}}),
        chunk(json::object(), "stop"),
    };
    EXPECT_EQ(chunks(out), expected);
}

TEST(OpenAiChatStream, PutsLogprobsIntoTheChunkOfTheirText) {
    const std::string out =
        encode(context(), {TextDelta{0, "a"}, LogprobsEvent{0, "{\"content\":\n[1]}"}, RefusalDelta{0, "b"},
                           LogprobsEvent{0, R"({"refusal":[2]})"}, FinishEvent{}, StreamEnd{}});
    const std::vector<json> expected{chunk(kRole), chunk({{"content", "a"}}, nullptr, {{"content", {1}}}),
                                     chunk({{"refusal", "b"}}, nullptr, {{"refusal", {2}}}),
                                     chunk(json::object(), "stop")};
    EXPECT_EQ(chunks(out), expected);
}

TEST(OpenAiChatStream, GivesLogprobsAChunkOfTheirOwnWhenTheirTextIsGone) {
    const auto encoder = openai_chat_ingress().make_encoder(context());
    encoder->on_event(TextDelta{0, "a"});
    std::string sent = encoder->out();
    encoder->out().clear();
    encoder->on_event(LogprobsEvent{0, R"({"content":[1]})"});
    encoder->on_event(LogprobsEvent{0, R"({"content":[2]})"});
    encoder->on_event(FinishEvent{});
    encoder->on_event(StreamEnd{});
    sent += encoder->out();
    const std::vector<json> expected{chunk(kRole), chunk({{"content", "a"}}),
                                     chunk(json::object(), nullptr, {{"content", {1}}}),
                                     chunk(json::object(), nullptr, {{"content", {2}}}), chunk(json::object(), "stop")};
    EXPECT_EQ(chunks(sent), expected);
}

TEST(OpenAiChatStream, CollectsAnnotationsIntoOneDelta) {
    const std::string out =
        encode(context(), {TextDelta{0, "a"}, AnnotationEvent{0, R"({"type":"url_citation"})"}, TextDelta{0, "b"},
                           AnnotationEvent{0, "{\"n\":\n2}"}, FinishEvent{}, StreamEnd{}});
    const std::vector<json> expected{chunk(kRole), chunk({{"content", "a"}}), chunk({{"content", "b"}}),
                                     chunk({{"annotations", {{{"type", "url_citation"}}, {{"n", 2}}}}}),
                                     chunk(json::object(), "stop")};
    EXPECT_EQ(chunks(out), expected);
}

TEST(OpenAiChatStream, PassesAudioOn) {
    const std::string out =
        encode(context(), {AudioEvent{0, R"({"id":"a","data":"QQ=="})"}, FinishEvent{}, StreamEnd{}});
    EXPECT_EQ(chunks(out).at(1), chunk({{"audio", {{"id", "a"}, {"data", "QQ=="}}}}));
}

TEST(OpenAiChatStream, TellsTheProvidersFinishWhenItSaysMore) {
    const std::string out =
        encode(context(),
               {TextDelta{0, "a"}, FinishEvent{.reason = FinishReason::length, .native = "max_tokens"}, StreamEnd{}});
    const json last = chunks(out).back()["choices"][0];
    EXPECT_EQ(last["finish_reason"], "length");
    EXPECT_EQ(last["native_finish_reason"], "max_tokens");
}

TEST(OpenAiChatStream, OpensEachChoiceByItself) {
    const std::string out =
        encode(context(), {TextDelta{0, "a"}, TextDelta{1, "b"}, TextDelta{0, "c"}, FinishEvent{.choice = 0},
                           FinishEvent{.choice = 1, .reason = FinishReason::length}, StreamEnd{}});
    ChunkReader reader(false);
    reader.read(out);
    EXPECT_EQ(reader.problems, std::vector<std::string>{});
    EXPECT_EQ(reader.choices.at(0).message["content"], "ac");
    EXPECT_EQ(reader.choices.at(1).message["content"], "b");
    EXPECT_EQ(reader.choices.at(1).finish, "length");
}

TEST(OpenAiChatStream, EndsInAnErrorAndNothingElse) {
    const std::string out = encode(
        context(true, true),
        {TextDelta{0, "a"}, StreamFault{Error(ErrorKind::upstream_truncated, "cut")}, FinishEvent{}, StreamEnd{}});
    ChunkReader reader(true);
    reader.read(out);
    EXPECT_EQ(reader.problems, std::vector<std::string>{});
    EXPECT_FALSE(reader.done);
    EXPECT_EQ(reader.choices.at(0).finish, "");
    EXPECT_EQ(reader.error, json({{"message", "cut"},
                                  {"type", "server_error"},
                                  {"param", nullptr},
                                  {"code", "upstream_truncated"},
                                  {"retryable", true}}));
}

TEST(OpenAiChatStream, PingsWithACommentThatClientsSkip) {
    const auto encoder = openai_chat_ingress().make_encoder(context());
    encoder->ping();
    EXPECT_EQ(encoder->out(), ": ping\n\n");
}

TEST(OpenAiChatStream, FixesTheHead) {
    HttpResponseHead head;
    openai_chat_ingress().make_encoder(context())->head(head);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.get("Content-Type"), "text/event-stream; charset=utf-8");
    EXPECT_EQ(head.headers.get("Cache-Control"), "no-cache, no-transform");
}

TEST(OpenAiChatStream, RepairsTextThatIsNotUtf8) {
    const std::string out = encode(context(), {TextDelta{0, "a\xff"}, FinishEvent{}, StreamEnd{}});
    EXPECT_EQ(chunks(out).at(1)["choices"][0]["delta"]["content"], "a\uFFFD");
}

TEST(OpenAiChatStream, SaysOnEachChunkFromThereOnWhoCompletesTheAnswer) {
    const std::unique_ptr<ResponseEncoder> encoder = openai_chat_ingress().make_encoder(context());
    encoder->on_event(TextDelta{0, "Hel"});
    encoder->recovered({.by = "restart", .deployment = "b", .model = "m\"b"});
    encoder->on_event(TextDelta{0, "lo"});
    encoder->recovered({.by = "continue", .deployment = "c", .model = "m"});
    encoder->on_event(FinishEvent{});
    encoder->on_event(StreamEnd{});
    const std::vector<json> all = chunks(encoder->out());
    ASSERT_EQ(all.size(), 4U);
    EXPECT_FALSE(all[0].contains("recovery"));
    EXPECT_FALSE(all[1].contains("recovery"));
    EXPECT_EQ(all[2]["recovery"], json({{"by", "restart"}, {"deployment", "b"}, {"model", "m\"b"}}));
    EXPECT_EQ(all[3]["recovery"], json({{"by", "continue"}, {"deployment", "c"}, {"model", "m"}}));
    for (const json& one : all) EXPECT_EQ(one["id"], "chatcmpl-1");
}

}  // namespace
}  // namespace breakwater
