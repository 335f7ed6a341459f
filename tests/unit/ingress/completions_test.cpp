#include <gtest/gtest.h>

#include <initializer_list>
#include <nlohmann/json.hpp>

#include "breakwater/ingress/ingress.hpp"

namespace breakwater {
namespace {

using nlohmann::json;

const Ingress& completions() {
    return *find_ingress("openai.completions");
}

Result<ChatRequest> decode(const json& members) {
    json body{{"model", "m"}, {"prompt", "Once upon"}};
    body.update(members);
    std::string text = body.dump();
    JsonReader reader;
    Result<ChatRequest> request(std::in_place);
    if (auto done = completions().decode(text, reader, *request); !done)
        return std::unexpected(std::move(done.error()));
    return request;
}

/// The field that a request is refused for.
std::string refused(const json& members) {
    const auto request = decode(members);
    return request ? "" : request.error().param;
}

std::string text_of(const ChatRequest& request) {
    return std::string(std::get<TextPart>(request.messages.at(0).parts.at(0)).text.view());
}

std::string encode(bool stream, std::initializer_list<StreamEvent> events) {
    const auto encoder =
        completions().make_encoder({.response_id = "cmpl-1", .created = 1, .model = "m", .stream = stream});
    for (const StreamEvent& event : events) encoder->on_event(event);
    return encoder->out();
}

/// The events of a stream but its end.
std::vector<json> chunks(std::string_view stream) {
    std::vector<json> found;
    while (stream.starts_with("data: {")) {
        const std::size_t end = stream.find("\n\n");
        found.push_back(json::parse(stream.substr(6, end - 6)));
        stream.remove_prefix(end + 2);
    }
    return found;
}

constexpr std::string_view kHello =
    R"({"content":[{"token":"Hé","logprob":-0.25,"bytes":null,"top_logprobs":[{"token":"Hé","logprob":-0.25},)"
    R"({"token":"Ho","logprob":-1.5},{"token":"Ho","logprob":-2.5}]},)"
    R"({"token":"y","logprob":-0.5,"bytes":null,"top_logprobs":[]}],"refusal":null})";

TEST(CompletionsDecode, TakesWhatOnlyCompletionsSay) {
    const auto request = decode({{"suffix", "end"}, {"echo", true}, {"best_of", 3}, {"n", 2}, {"logprobs", 2}});
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_TRUE(request->completion.asked);
    EXPECT_EQ(request->completion.suffix, "end");
    EXPECT_EQ(request->completion.echo, true);
    EXPECT_EQ(request->completion.best_of, 3);
    EXPECT_EQ(request->n, 2);
    EXPECT_EQ(request->logprobs, true);
    EXPECT_EQ(request->top_logprobs, 2);
    EXPECT_EQ(text_of(*request), "Once upon");
}

TEST(CompletionsDecode, NullSaysNothing) {
    const auto request = decode({{"suffix", nullptr}, {"echo", nullptr}, {"best_of", nullptr}, {"logprobs", nullptr}});
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_FALSE(request->completion.echo);
    EXPECT_FALSE(request->logprobs);
}

TEST(CompletionsDecode, NoLogprobsBesideTheTokensOwnAreStillSome) {
    const auto request = decode({{"logprobs", 0}});
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->logprobs, true);
    EXPECT_EQ(request->top_logprobs, 0);
}

TEST(CompletionsDecode, OneTextInAListIsOneText) {
    const auto request = decode({{"prompt", {"Say hi"}}});
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(text_of(*request), "Say hi");
    EXPECT_EQ(request->completion.prompts, "");
}

TEST(CompletionsDecode, KeepsListsAndTokenIds) {
    for (const char* prompt : {R"(["a","b"])", "[1,2]", "[[1,2],[3]]", "[[1]]"}) {
        const auto request = decode({{"prompt", json::parse(prompt)}});
        ASSERT_TRUE(request) << request.error().message;
        EXPECT_EQ(request->completion.prompts, prompt);
    }
}

TEST(CompletionsDecode, NoPromptIsWhereATextBegins) {
    const auto null = decode({{"prompt", nullptr}, {"n", 2}});
    ASSERT_TRUE(null) << null.error().message;
    EXPECT_TRUE(null->completion.asked);
    EXPECT_EQ(null->completion.prompts, "null");
    EXPECT_EQ(text_of(*null), "");

    std::string body = R"({"model":"m"})";
    JsonReader reader;
    ChatRequest absent;
    ASSERT_TRUE(completions().decode(body, reader, absent));
    EXPECT_EQ(absent.completion.prompts, "null");
}

TEST(CompletionsDecode, SaysWhatIsWrong) {
    EXPECT_EQ(refused({{"prompt", json::array()}}), "prompt");
    EXPECT_EQ(refused({{"prompt", {1, true}}}), "prompt[1]");
    EXPECT_EQ(refused({{"prompt", json::parse("[[1],[-2]]")}}), "prompt[1][0]");
    EXPECT_EQ(refused({{"prompt", json::parse("[1,null]")}}), "prompt[1]");
    EXPECT_EQ(refused({{"prompt", 5}}), "prompt");
    EXPECT_EQ(refused({{"prompt", std::vector<std::string>(43, "a")}, {"n", 3}}), "prompt");
    EXPECT_EQ(refused({{"prompt", std::vector<std::string>(42, "a")}, {"n", 3}}), "");
    EXPECT_EQ(refused({{"prompt", std::vector<int>(500, 1)}}), "");
    EXPECT_EQ(refused({{"logprobs", true}}), "logprobs");
    EXPECT_EQ(refused({{"logprobs", 21}}), "logprobs");
    EXPECT_EQ(refused({{"top_logprobs", 1}}), "top_logprobs");
    EXPECT_EQ(refused({{"tools", json::array()}}), "tools");
    EXPECT_EQ(refused({{"max_tokens", 0}}), "max_tokens");
    EXPECT_EQ(refused({{"max_tokens", -1}, {"echo", true}}), "max_tokens");
}

TEST(CompletionsDecode, NothingButThePromptMayBeWanted) {
    const auto request = decode({{"max_tokens", 0}, {"echo", true}});
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->max_tokens, 0);
}

TEST(CompletionsEncode, WritesLogprobsInTheirOwnShape) {
    const json answer = json::parse(encode(false, {TextDelta{.text = "Héy"}, LogprobsEvent{.json = kHello},
                                                   FinishEvent{.reason = FinishReason::length}, StreamEnd{}}));
    EXPECT_EQ(answer["choices"], json::parse(R"([{"text": "Héy", "index": 0, "finish_reason": "length", "logprobs": {
        "tokens": ["Hé", "y"], "token_logprobs": [-0.25, -0.5],
        "top_logprobs": [{"Hé": -0.25, "Ho": -1.5}, {}], "text_offset": [0, 2]}}])"));
}

TEST(CompletionsEncode, TheFirstTokenOfAPromptHasNoLogprob) {
    constexpr std::string_view kPrompt =
        R"({"content":[{"token":"Say","logprob":null,"text_offset":7,"top_logprobs":[]},)"
        R"({"token":" hi","logprob":-1.5,"top_logprobs":[]}],"refusal":null})";
    const json answer = json::parse(
        encode(false, {TextDelta{.text = "Say hi"}, LogprobsEvent{.json = kPrompt}, FinishEvent{}, StreamEnd{}}));
    EXPECT_EQ(answer["choices"][0]["logprobs"], json::parse(R"({
        "tokens": ["Say", " hi"], "token_logprobs": [null, -1.5], "top_logprobs": [null, {}], "text_offset": [7, 10]})"));
}

TEST(CompletionsEncode, LogprobsOfAStreamStandBesideTheirText) {
    const auto found = chunks(encode(
        true, {TextDelta{.text = "Héy"}, LogprobsEvent{.json = kHello}, TextDelta{.text = "!"},
               LogprobsEvent{.json = R"({"content":[{"token":"!","logprob":-1}]})"}, FinishEvent{}, StreamEnd{}}));
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0]["choices"][0]["text"], "Héy");
    EXPECT_EQ(found[0]["choices"][0]["logprobs"]["tokens"], json({"Hé", "y"}));
    EXPECT_EQ(found[1]["choices"][0]["text"], "!");
    EXPECT_EQ(found[1]["choices"][0]["logprobs"]["text_offset"], json({3}));
    EXPECT_EQ(found[1]["choices"][0]["logprobs"]["top_logprobs"], json::parse("[null]"));
    EXPECT_EQ(found[2]["choices"][0]["logprobs"], nullptr);
    EXPECT_EQ(found[2]["choices"][0]["finish_reason"], "stop");
}

TEST(CompletionsEncode, LogprobsBehindThoseOfTheirTextHaveAChunkOfTheirOwn) {
    const LogprobsEvent more{.json = R"({"content":[{"token":"!","logprob":-1}]})"};
    const auto found =
        chunks(encode(true, {TextDelta{.text = "Héy"}, LogprobsEvent{.json = kHello}, more, more, StreamEnd{}}));
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0]["choices"][0]["logprobs"]["tokens"], json({"Hé", "y"}));
    for (std::size_t i = 1; i < found.size(); ++i) EXPECT_EQ(found[i]["choices"][0]["logprobs"]["tokens"], json({"!"}));
    EXPECT_EQ(found[2]["choices"][0]["logprobs"]["text_offset"], json({4}));
}

TEST(CompletionsEncode, LogprobsWhoseTextIsOutAlreadyHaveAChunkOfTheirOwn) {
    const auto encoder =
        completions().make_encoder({.response_id = "cmpl-1", .created = 1, .model = "m", .stream = true});
    encoder->on_event(TextDelta{.text = "Héy"});
    encoder->out().clear();
    encoder->on_event(LogprobsEvent{.json = kHello});
    const auto found = chunks(encoder->out());
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0]["choices"][0]["text"], "");
    EXPECT_EQ(found[0]["choices"][0]["logprobs"]["tokens"], json({"Hé", "y"}));
}

}  // namespace
}  // namespace breakwater
