#include <gtest/gtest.h>

#include "playback.hpp"

namespace breakwater::sim {
namespace {

using Json = nlohmann::json;
using Action = SimStep::Action;

Playback streamed_fault(std::string_view model) {
    return play(model, streamed(ask("hello there")));
}

/// How many chunks have content in them.
std::size_t content_chunks(const Playback& playback) {
    std::size_t count = 0;
    for (const std::string& data : events_of(playback.body)) {
        if (!Json::accept(data)) continue;
        const Json chunk = Json::parse(data);
        if (!chunk.contains("choices") || chunk["choices"].empty()) continue;
        const Json delta = chunk["choices"][0]["delta"];
        if (delta.contains("content") && delta["content"] != "") ++count;
    }
    return count;
}

TEST(SimFaults, AnswerWithAStatusAndAnErrorObject) {
    for (const int status : {301, 400, 401, 404, 418, 429, 500, 502, 503, 529}) {
        for (const bool stream : {false, true}) {
            const std::string model = "status-" + std::to_string(status);
            const Playback playback = stream ? streamed_fault(model) : play(model, ask("x"));
            EXPECT_EQ(playback.head.status, status);
            EXPECT_EQ(playback.head.headers.get("content-type"), "application/json");
            EXPECT_EQ(playback.head.headers.get("retry-after"), status == 429 ? "1" : "");
            const Json error = playback.json().at("error");
            EXPECT_FALSE(error.at("message").get<std::string>().empty());
            EXPECT_TRUE(error.at("type").is_string());
            EXPECT_TRUE(error.contains("param") && error.contains("code"));
            EXPECT_EQ(playback.ending(), Action::end);
        }
    }
}

TEST(SimFaults, HideAnErrorBehindStatus200) {
    const Playback playback = streamed_fault("error-in-200");
    EXPECT_EQ(playback.head.status, 200);
    EXPECT_EQ(playback.head.headers.get("content-type"), "application/json");
    EXPECT_TRUE(playback.json().contains("error"));
}

TEST(SimFaults, BeginAStreamWithAnError) {
    const Playback playback = streamed_fault("error-first-event");
    const auto events = events_of(playback.body);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_TRUE(Json::parse(events[0]).contains("error"));
    EXPECT_EQ(events[1], "[DONE]");
    EXPECT_TRUE(play("error-first-event", ask("x")).json().contains("error"));
}

TEST(SimFaults, CutBeforeAnyContent) {
    const Playback playback = streamed_fault("cut-before");
    EXPECT_EQ(playback.actions, (std::vector{Action::head, Action::bytes, Action::cut}));
    EXPECT_EQ(join(chunks_of(playback)).roles, 1);
    EXPECT_EQ(content_chunks(playback), 0u);
    EXPECT_EQ(play("cut-before", ask("x")).actions, (std::vector{Action::head, Action::cut}));
}

TEST(SimFaults, StrikeAfterSoMuchContent) {
    for (std::size_t after = 0; after < 8; ++after) {
        const std::string number = std::to_string(after);
        const Playback cut = streamed_fault("cut-after-" + number);
        EXPECT_EQ(content_chunks(cut), after);
        EXPECT_EQ(cut.ending(), Action::cut);
        const Playback stall = streamed_fault("stall-after-" + number);
        EXPECT_EQ(content_chunks(stall), after);
        EXPECT_EQ(stall.ending(), Action::stall);
        const Playback error = streamed_fault("error-after-" + number);
        EXPECT_EQ(content_chunks(error), after);
        EXPECT_TRUE(Json::parse(events_of(error.body).at(after + 1)).contains("error"));
        EXPECT_EQ(error.ending(), Action::end);
        const Playback malformed = streamed_fault("malformed-after-" + number);
        EXPECT_EQ(content_chunks(malformed), 8u);
        EXPECT_FALSE(Json::accept(events_of(malformed.body).at(after + 1)));
    }
}

TEST(SimFaults, StrikeBeforeTheFinishOfAShortAnswer) {
    const Playback cut = streamed_fault("cut-after-1000");
    EXPECT_EQ(content_chunks(cut), 8u);
    EXPECT_EQ(cut.ending(), Action::cut);
    EXPECT_TRUE(join(chunks_of(cut)).finishes.empty());
}

TEST(SimFaults, BreakWholeAnswersInTheMiddle) {
    for (const auto& [model, ending] :
         {std::pair("cut-after-3", Action::cut), std::pair("stall-after-3", Action::stall),
          std::pair("malformed-after-3", Action::end), std::pair("no-finish", Action::end)}) {
        const Playback playback = play(model, ask("x"));
        EXPECT_EQ(playback.ending(), ending) << model;
        EXPECT_EQ(playback.head.status, 200);
        EXPECT_FALSE(playback.body.empty());
        EXPECT_FALSE(Json::accept(playback.body)) << model;
    }
    EXPECT_TRUE(play("error-after-3", ask("x")).json().contains("error"));
}

TEST(SimFaults, KeepTheHeadBack) {
    const Playback playback = streamed_fault("slow-head-1.5s");
    EXPECT_EQ(playback.delays[0], std::chrono::milliseconds(1500));
    EXPECT_EQ(join(chunks_of(playback)).finishes.size(), 1u);
    EXPECT_EQ(play("slow-head-5s", ask("x")).delays[0], std::chrono::seconds(5));
}

TEST(SimFaults, RefuseTheConnection) {
    EXPECT_EQ(streamed_fault("refused").actions, std::vector{Action::refuse});
}

TEST(SimFaults, SendMarkupOrNothingWithStatus200) {
    const Playback html = streamed_fault("html");
    EXPECT_EQ(html.head.status, 200);
    EXPECT_EQ(html.head.headers.get("content-type"), "text/html");
    EXPECT_NE(html.body.find("502 Bad Gateway"), std::string::npos);
    for (const Playback& empty : {streamed_fault("empty"), play("empty", ask("x"))}) {
        EXPECT_EQ(empty.head.status, 200);
        EXPECT_EQ(empty.actions, (std::vector{Action::head, Action::end}));
    }
}

TEST(SimFaults, LeaveOutTheEndOfAStream) {
    const Playback no_done = streamed_fault("no-done");
    EXPECT_EQ(no_done.body.find("[DONE]"), std::string::npos);
    EXPECT_EQ(join(chunks_of(no_done)).finishes.size(), 1u);
    EXPECT_EQ(no_done.ending(), Action::end);

    const Playback no_finish = streamed_fault("no-finish");
    EXPECT_TRUE(join(chunks_of(no_finish)).finishes.empty());
    EXPECT_EQ(content_chunks(no_finish), 8u);
    EXPECT_EQ(no_finish.body.find("[DONE]"), std::string::npos);
    EXPECT_EQ(no_finish.ending(), Action::end);
}

TEST(SimFaults, StrikeTheShareOfRequestsThatIsSet) {
    int failed = 0;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const Playback playback = play("chat:fail=20%,fail_with=status-429", ask("x"), {}, seed);
        if (playback.head.status == 429) ++failed;
    }
    EXPECT_NEAR(failed, 400, 80);
    EXPECT_EQ(play("chat:fail=100%", ask("x")).head.status, 503);
    EXPECT_EQ(play("chat", ask("x"), {.fail = 1, .fail_with = "status-500"}).head.status, 500);
}

TEST(SimFaults, KeepTheAnswerOfTheModelTheyStrike) {
    const Playback playback = play("echo:fail=1,fail_with=cut-after-2", streamed(ask("one two three")));
    EXPECT_EQ(join(chunks_of(playback)).text, "one two");
    EXPECT_EQ(playback.ending(), Action::cut);
}

TEST(SimFaults, GiveNoStepAfterTheLast) {
    for (const char* model : {"chat", "refused", "cut-after-1", "stall-after-1", "status-500", "empty"}) {
        SimScript script(model, streamed(ask("x")).dump(), {}, 0);
        SimStep step;
        while (script.next(step)) continue;
        EXPECT_FALSE(script.next(step)) << model;
        EXPECT_FALSE(script.next(step)) << model;
    }
}

}  // namespace
}  // namespace breakwater::sim
