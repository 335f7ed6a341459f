#include "providers/sim/module.hpp"

#include <gtest/gtest.h>

#include "breakwater/canonical/chat_response.hpp"
#include "breakwater/canonical/stream_guard.hpp"
#include "playback.hpp"

namespace breakwater::sim {
namespace {

/// An exchange in small: encode, play the script, decode, guard, fold.
struct Answered {
    ChatResponse response{};
    bool ended = false;
    std::optional<Error> error{};
};

/// The steps of the script, their bytes cut into pieces of `piece_bytes`.
Answered exchange(std::string_view model, const ChatRequest& request, std::size_t piece_bytes = 1u << 20) {
    const config::Provider settings{.name = "sim", .dialect = "sim"};
    const auto provider = sim_module().make(settings);
    const Deployment deployment{.name = "d", .model = std::string(model), .capabilities = sim_module().capabilities()};
    const Secret no_key;
    Adaptations adapted;
    const auto encoded = provider->encode(
        request,
        {.deployment = deployment, .credential = no_key, .mode = config::AdaptMode::adapt, .adapted = adapted});
    if (!encoded) return {.error = encoded.error()};
    EXPECT_TRUE(adapted.empty()) << adapted.header_value();

    const auto decoder = provider->make_decoder(request, deployment);
    Rng rng(1);
    ResponseFold fold;
    StreamGuard guard(fold, rng);
    SimScript script(model, encoded->body, settings.sim, 0);
    Result<void> done;
    for (SimStep step; done && script.next(step);) {
        if (step.action == SimStep::Action::head) done = decoder->on_head(step.head);
        for (std::size_t at = 0; done && at < step.bytes.size(); at += piece_bytes) {
            done = decoder->on_body(std::string_view(step.bytes).substr(at, piece_bytes), guard);
        }
        if (done && step.action == SimStep::Action::end) done = decoder->on_end(guard);
    }
    Answered answered{.response = fold.response(), .ended = fold.ended(), .error = fold.fault()};
    if (!done) answered.error = done.error();
    return answered;
}

ChatRequest canonical(std::string text, bool stream) {
    ChatRequest request{.model = "route", .stream = stream, .include_usage = stream};
    request.messages.push_back({.role = Role::user, .parts = {TextPart{.text = std::move(text)}}, .plain = true});
    return request;
}

TEST(SimModule, IsFoundUnderItsDialectAndNeedsNoKey) {
    EXPECT_EQ(sim_module().dialect, "sim");
    EXPECT_FALSE(sim_module().needs_key);
    EXPECT_EQ(sim_module().capabilities().feature(Feature::tools), Support::native);
    EXPECT_EQ(sim_module().capabilities().feature(Feature::audio_output), Support::absent);
}

TEST(SimModule, AnswersThroughTheCodecOfOpenAi) {
    for (const bool stream : {false, true}) {
        const Answered answered = exchange("echo", canonical("one two three", stream));
        ASSERT_FALSE(answered.error) << answered.error->message;
        EXPECT_TRUE(answered.ended);
        ASSERT_EQ(answered.response.choices.size(), 1u);
        EXPECT_EQ(answered.response.choices[0].text, "one two three");
        EXPECT_EQ(answered.response.choices[0].finish, FinishReason::stop);
        ASSERT_TRUE(answered.response.usage);
        EXPECT_EQ(answered.response.usage->output, 3);
        EXPECT_EQ(answered.response.model, "echo");
    }
}

TEST(SimModule, AnswersTheSameHoweverTheBytesAreCut) {
    for (const char* model : {"chat", "reasoning", "lorem:tokens=20"}) {
        ChatRequest request = canonical("h\xC3\xA4llo \xF0\x9F\x92\xA7 \"there\"\n", true);
        const Answered whole = exchange(model, request);
        ASSERT_FALSE(whole.error);
        for (std::size_t piece = 1; piece < 40; ++piece) {
            const Answered cut = exchange(model, request, piece);
            EXPECT_EQ(cut.response.choices.at(0).text, whole.response.choices.at(0).text) << model << piece;
            EXPECT_EQ(cut.response.choices.at(0).reasoning, whole.response.choices.at(0).reasoning);
            EXPECT_TRUE(cut.ended);
        }
    }
}

TEST(SimModule, ReasonsAndCallsTools) {
    const Answered reasoned = exchange("reasoning", canonical("why?", true));
    ASSERT_EQ(reasoned.response.choices.size(), 1u);
    EXPECT_NE(reasoned.response.choices[0].reasoning.find("why?"), std::string::npos);
    EXPECT_GT(reasoned.response.usage->reasoning, 0);

    for (const bool stream : {false, true}) {
        ChatRequest request = canonical("weather?", stream);
        request.tools.push_back(
            {.name = "weather", .parameters = R"({"type":"object","properties":{"city":{"type":"string"}}})"});
        request.tools.push_back({.name = "now"});
        const Answered called = exchange("chat", request);
        ASSERT_FALSE(called.error) << called.error->message;
        const ResponseChoice& choice = called.response.choices.at(0);
        EXPECT_EQ(choice.finish, FinishReason::tool_calls);
        ASSERT_EQ(choice.tool_calls.size(), 2u);
        EXPECT_EQ(choice.tool_calls[0].name, "weather");
        EXPECT_EQ(nlohmann::json::parse(choice.tool_calls[0].arguments), (nlohmann::json{{"city", "sample city"}}));
        EXPECT_EQ(choice.tool_calls[1].arguments, "{}");
    }
}

TEST(SimModule, MakesEveryFaultAnErrorOfTheAttempt) {
    struct Case {
        const char* model;
        ErrorKind kind;
    };
    const Case cases[] = {
        {"status-429", ErrorKind::rate_limited},      {"status-401", ErrorKind::upstream_auth},
        {"gpt-5", ErrorKind::upstream_model_missing}, {"malformed-after-2", ErrorKind::upstream_invalid},
        {"no-finish", ErrorKind::upstream_truncated}, {"html", ErrorKind::upstream_invalid},
    };
    for (const bool stream : {false, true}) {
        for (const Case& c : cases) {
            const Answered answered = exchange(c.model, canonical("x", stream));
            ASSERT_TRUE(answered.error) << c.model << stream;
            if (stream) EXPECT_EQ(to_string(answered.error->kind), to_string(c.kind)) << c.model;
            EXPECT_FALSE(answered.ended);
        }
        for (const char* model : {"error-in-200", "error-first-event", "error-after-3", "status-500", "empty"}) {
            EXPECT_TRUE(exchange(model, canonical("x", stream)).error) << model;
        }
    }
}

TEST(SimModule, TakesAStreamWithoutDoneForWhole) {
    const Answered answered = exchange("no-done", canonical("x", true));
    EXPECT_FALSE(answered.error);
    EXPECT_TRUE(answered.ended);
}

}  // namespace
}  // namespace breakwater::sim
