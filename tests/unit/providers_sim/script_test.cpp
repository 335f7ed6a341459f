#include <gtest/gtest.h>

#include "playback.hpp"

namespace breakwater::sim {
namespace {

using Json = nlohmann::json;
using Action = SimStep::Action;

Json message_of(const Playback& playback) {
    return playback.json().at("choices").at(0).at("message");
}

/// What a request is answered with, streamed and as a whole; both must say the same.
std::string answer_text(std::string_view model, const Json& request) {
    const std::string whole = message_of(play(model, request)).at("content");
    EXPECT_EQ(join(chunks_of(play(model, streamed(request)))).text, whole);
    return whole;
}

TEST(SimScript, AnswersWholeInTheOpenAiShape) {
    const Playback playback = play("chat", ask("hello there"));

    EXPECT_EQ(playback.actions, (std::vector{Action::head, Action::bytes, Action::end}));
    EXPECT_EQ(playback.head.status, 200);
    EXPECT_EQ(playback.head.headers.get("content-type"), "application/json");
    const Json body = playback.json();
    EXPECT_EQ(body["object"], "chat.completion");
    EXPECT_EQ(body["model"], "chat");
    EXPECT_TRUE(body["id"].get<std::string>().starts_with("chatcmpl-"));
    EXPECT_EQ(body["choices"].size(), 1u);
    EXPECT_EQ(body["choices"][0]["finish_reason"], "stop");
    EXPECT_EQ(message_of(playback)["role"], "assistant");
    EXPECT_NE(message_of(playback)["content"].get<std::string>().find("hello there"), std::string::npos);
    EXPECT_FALSE(message_of(playback).contains("tool_calls"));
    const Json usage = body["usage"];
    EXPECT_GT(usage["prompt_tokens"], 0);
    EXPECT_EQ(usage["completion_tokens"], 8);  // This is a simulated answer to: hello there
    EXPECT_EQ(usage["total_tokens"].get<int>(), usage["prompt_tokens"].get<int>() + 8);
}

TEST(SimScript, StreamsInTheOpenAiGrammar) {
    const Playback playback = play("chat", streamed(ask("hello there")));

    EXPECT_EQ(playback.head.headers.get("content-type"), "text/event-stream; charset=utf-8");
    EXPECT_EQ(playback.ending(), Action::end);
    EXPECT_EQ(events_of(playback.body).back(), "[DONE]");
    const auto chunks = chunks_of(playback);
    ASSERT_EQ(chunks.size(), 1u + 8u + 1u + 1u);
    for (const Json& chunk : chunks) {
        EXPECT_EQ(chunk["object"], "chat.completion.chunk");
        EXPECT_EQ(chunk["id"], chunks[0]["id"]);
        EXPECT_EQ(chunk["model"], "chat");
    }
    EXPECT_EQ(chunks.front()["choices"][0]["delta"],
              (Json{{"role", "assistant"}, {"content", ""}, {"refusal", nullptr}}));
    EXPECT_EQ(chunks[1]["choices"][0]["delta"], (Json{{"content", "This"}}));
    EXPECT_TRUE(chunks[1]["usage"].is_null());
    EXPECT_EQ(chunks[9]["choices"][0]["finish_reason"], "stop");
    EXPECT_EQ(chunks[9]["choices"][0]["delta"], Json::object());
    EXPECT_EQ(chunks.back()["choices"], Json::array());
    EXPECT_EQ(chunks.back()["usage"]["completion_tokens"], 8);
}

TEST(SimScript, SendsUsageInStreamsOnlyWhenAsked) {
    Json request = ask("hi");
    request["stream"] = true;
    for (const Json& chunk : chunks_of(play("chat", request))) EXPECT_FALSE(chunk.contains("usage"));
}

TEST(SimScript, EscapesWhatItQuotes) {
    const std::string text = "quote \" backslash \\ line\nbreak tab\t nul \x01 gr\xC3\xBC\xC3\x9F \xF0\x9F\x92\xA7";
    EXPECT_EQ(answer_text("echo", ask(text)), text);
}

TEST(SimScript, EchoesTheLastUserTextExactly) {
    Json request = ask("first");
    request["messages"].push_back({{"role", "assistant"}, {"content", "between"}});
    request["messages"].push_back({{"role", "user"}, {"content", {{{"type", "text"}, {"text", " a  b\n"}}}}});
    EXPECT_EQ(answer_text("echo", request), " a  b\n");
}

TEST(SimScript, SaysTheSameForTheSameRequestWhateverTheSeed) {
    const Json request = ask("x");
    const Json first = play("lorem", request, {}, 1).json();
    const Json second = play("lorem", request, {}, 2).json();
    EXPECT_EQ(first["choices"], second["choices"]);
    EXPECT_NE(first["id"], second["id"]);
    EXPECT_EQ(first, play("lorem", request, {}, 1).json());
    EXPECT_NE(first["choices"], play("lorem", ask("y"), {}, 1).json()["choices"]);
}

TEST(SimScript, TellsLongPromptsApartByAnyOfTheirBytes) {
    const std::string prompt(300, 'p');
    const Json said = play("lorem", ask(prompt)).json()["choices"];
    for (const std::size_t at : {0u, 63u, 64u, 150u, 295u, 299u}) {
        std::string other = prompt;
        other[at] = 'q';
        EXPECT_NE(play("lorem", ask(other)).json()["choices"], said) << at;
    }
}

TEST(SimScript, WritesAsManyTokensAsSet) {
    EXPECT_EQ(play("lorem", ask("x")).json()["usage"]["completion_tokens"], 64);
    EXPECT_EQ(play("lorem:tokens=7", ask("x")).json()["usage"]["completion_tokens"], 7);
    EXPECT_EQ(play("chat:tokens=50", ask("x")).json()["usage"]["completion_tokens"], 50);
    EXPECT_EQ(play("chat", ask("x"), {.tokens = 3}).json()["usage"]["completion_tokens"], 3);
    EXPECT_EQ(play("lorem:tokens=0", ask("x")).json()["choices"][0]["message"]["content"], "");
}

TEST(SimScript, ReasonsBeforeItAnswers) {
    const auto chunks = chunks_of(play("reasoning", streamed(ask("why?"))));
    const Streamed answer = join(chunks);
    EXPECT_NE(answer.reasoning.find("why?"), std::string::npos);
    EXPECT_NE(answer.text.find("why?"), std::string::npos);
    const Json usage = chunks.back()["usage"];
    EXPECT_GT(usage["completion_tokens_details"]["reasoning_tokens"], 0);
    EXPECT_LT(usage["completion_tokens_details"]["reasoning_tokens"], usage["completion_tokens"]);

    const Json whole = play("reasoning", ask("why?")).json();
    EXPECT_EQ(whole["choices"][0]["message"]["reasoning_content"], Json(answer.reasoning));
    EXPECT_EQ(whole["usage"], usage);

    Json off = ask("why?");
    off["reasoning_effort"] = "none";
    EXPECT_FALSE(message_of(play("reasoning", off)).contains("reasoning_content"));
}

TEST(SimScript, CutsAtMaxTokens) {
    for (const char* name : {"max_tokens", "max_completion_tokens"}) {
        Json request = ask("x");
        request[name] = 5;
        const Json body = play("lorem", request).json();
        EXPECT_EQ(body["choices"][0]["finish_reason"], "length");
        EXPECT_EQ(body["usage"]["completion_tokens"], 5);
        EXPECT_EQ(join(chunks_of(play("lorem", streamed(request)))).finishes, std::vector<std::string>{"length"});
    }
    Json enough = ask("one two");
    enough["max_tokens"] = 2;
    EXPECT_EQ(play("echo", enough).json()["choices"][0]["finish_reason"], "stop");
}

TEST(SimScript, StopsBeforeAStopStringWhereverItStands) {
    const std::string text = "alpha beta gamma delta";
    for (const auto& [stop, expected] : std::initializer_list<std::pair<Json, std::string>>{
             {"beta", "alpha "},
             {"a gam", "alpha bet"},
             {"alpha", ""},
             {"pha beta gamma d", "al"},
             {"missing", text},
             {"delta!", text},
             {Json::array({"delta", "gamma"}), "alpha beta "},
             {"", text},
         }) {
        Json request = ask(text);
        request["stop"] = stop;
        EXPECT_EQ(answer_text("echo", request), expected) << stop;
        EXPECT_EQ(play("echo", request).json()["choices"][0]["finish_reason"], "stop");
    }
}

TEST(SimScript, AnswersEveryChoice) {
    Json request = ask("x");
    request["n"] = 3;
    const Json choices = play("chat", request).json()["choices"];
    ASSERT_EQ(choices.size(), 3u);
    EXPECT_NE(choices[0]["message"], choices[1]["message"]);

    const auto chunks = chunks_of(play("chat", streamed(request)));
    for (int i = 0; i < 3; ++i) {
        const Streamed answer = join(chunks, i);
        EXPECT_EQ(answer.roles, 1);
        EXPECT_EQ(Json(answer.text), choices[static_cast<std::size_t>(i)]["message"]["content"]);
        EXPECT_EQ(answer.finishes, std::vector<std::string>{"stop"});
    }
}

TEST(SimScript, GivesLogProbabilitiesWhenAsked) {
    Json request = ask("one two");
    request["logprobs"] = true;
    request["top_logprobs"] = 2;
    const Json content = play("echo", request).json()["choices"][0]["logprobs"]["content"];
    ASSERT_EQ(content.size(), 2u);
    EXPECT_EQ(content[1]["token"], " two");
    EXPECT_LE(content[1]["logprob"], 0.0);
    EXPECT_EQ(content[1]["bytes"], (Json{32, 116, 119, 111}));
    EXPECT_EQ(content[1]["top_logprobs"].size(), 2u);

    Json joined = Json::array();
    for (const Json& chunk : chunks_of(play("echo", streamed(request)))) {
        for (const Json& choice : chunk["choices"]) {
            if (!choice["logprobs"].is_null()) joined.push_back(choice["logprobs"]["content"][0]);
        }
    }
    EXPECT_EQ(joined, content);
    EXPECT_TRUE(play("echo", ask("x")).json()["choices"][0]["logprobs"].is_null());
}

TEST(SimScript, SaysThatImagesArrived) {
    Json request = ask("");
    request["messages"][0]["content"] = {{{"type", "text"}, {"text", "look"}},
                                         {{"type", "image_url"}, {"image_url", {{"url", "data:image/png;base64,AA"}}}}};
    EXPECT_NE(answer_text("chat", request).find("look [1 image]"), std::string::npos);
    request["messages"][0]["content"].push_back(request["messages"][0]["content"][1]);
    EXPECT_NE(answer_text("chat", request).find("[2 images]"), std::string::npos);
}

TEST(SimScript, GoesOnFromAnAssistantMessage) {
    const std::string all = answer_text("lorem", ask("x"));
    Json request = ask("x");
    request["messages"].push_back({{"role", "assistant"}, {"content", all.substr(0, 57)}});
    EXPECT_EQ(answer_text("lorem", request), all.substr(57));
}

TEST(SimScript, AnswersJsonWhenAsked) {
    Json request = ask("hi");
    request["response_format"] = {{"type", "json_object"}};
    const Json object = Json::parse(answer_text("chat", request));
    EXPECT_TRUE(object.is_object());

    request["response_format"] = {
        {"type", "json_schema"},
        {"json_schema",
         {{"name", "r"},
          {"schema", {{"type", "object"}, {"properties", {{"n", {{"type", "integer"}}}}}, {"required", {"n"}}}}}}};
    EXPECT_EQ(Json::parse(answer_text("chat:tokens=2", request)), (Json{{"n", 1}})) << "JSON is never cut to `tokens`";
}

TEST(SimScript, PromptTokensGrowWithThePrompt) {
    const auto tokens = [](const Json& request) {
        return play("chat", request).json()["usage"]["prompt_tokens"].get<int>();
    };
    EXPECT_EQ(tokens(ask("one two three")), tokens(ask("one")) + 2);
}

TEST(SimScript, WaitsAsTheSettingsSay) {
    using std::chrono::milliseconds;
    const Playback stream = play("lorem:tokens=3,first_token=300ms,gap=20ms", streamed(ask("x")));
    // head, roles, three tokens, finish, usage, [DONE], end
    EXPECT_EQ(stream.delays,
              (std::vector<Duration>{Duration(0), Duration(0), milliseconds(300), milliseconds(20), milliseconds(20),
                                     Duration(0), Duration(0), Duration(0), Duration(0)}));
    EXPECT_EQ(play("lorem:tokens=3,first_token=300ms,gap=20ms", ask("x")).delays[0], milliseconds(340));

    const config::SimSettings spread{.first_token_p50 = milliseconds(100), .first_token_p95 = milliseconds(500)};
    EXPECT_EQ(play("chat", ask("x"), spread, 5).delays, play("chat", ask("x"), spread, 5).delays);
    EXPECT_NE(play("chat", ask("x"), spread, 5).delays, play("chat", ask("x"), spread, 6).delays);
}

TEST(SimScript, StreamsAMillionTokensWithoutHoldingThem) {
    SimScript script("lorem:tokens=1000000", streamed(ask("x")).dump(), {}, 0);
    std::size_t steps = 0;
    std::size_t largest = 0;
    for (SimStep step; script.next(step); ++steps) largest = std::max(largest, step.bytes.capacity());
    EXPECT_EQ(steps, 1'000'000u + 6u);
    EXPECT_LT(largest, 2048u);
}

TEST(SimScript, RefusesWhatAServerWouldRefuse) {
    const Playback unknown = play("gpt-5", ask("x"));
    EXPECT_EQ(unknown.head.status, 404);
    EXPECT_EQ(unknown.json()["error"]["code"], "model_not_found");

    Json many = ask("x");
    many["n"] = 1000;
    EXPECT_EQ(play("chat", many).head.status, 400);
    EXPECT_EQ(play("chat", many).json()["error"]["param"], "n");
    EXPECT_EQ(play("chat", Json::object()).head.status, 400);
    EXPECT_EQ(play("chat", Json::array()).head.status, 400);

    SimScript broken("chat", "{", {}, 0);
    SimStep step;
    ASSERT_TRUE(broken.next(step));
    EXPECT_EQ(step.head.status, 400);
}

}  // namespace
}  // namespace breakwater::sim
