// Whatever a provider sends: what comes through guard and encoder is a stream that SDKs read without stumbling, and it
// says the same as the whole answer that the fold of the same events gives.

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "breakwater/canonical/stream_guard.hpp"
#include "chunk_reader.hpp"

namespace breakwater {
namespace {

using test::ChunkReader;
using test::context;
using test::json;

constexpr std::array<std::string_view, 5> kTexts{"", "a", "\"\n\\", "\xff", "\u00fc\u2028"};
constexpr std::array<std::string_view, 4> kIds{"", "0", "x", "y"};
constexpr std::array<std::string_view, 3> kObjects{R"({"type":"a"})", "{\n}", R"({"content":[{"token":"t"}]})"};

template <std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& values, Rng& rng) {
    return values.at(rng.below(N));
}

StreamEvent random_event(Rng& rng) {
    const auto choice = static_cast<std::uint32_t>(rng.below(3));
    const auto index = static_cast<std::uint32_t>(rng.below(3));
    switch (rng.below(16)) {
        case 0:
            return MessageStart{.model = pick(kIds, rng), .service_tier = pick(kIds, rng)};
        case 1:
            return RefusalDelta{choice, pick(kTexts, rng)};
        case 2:
        case 3:
            return ReasoningDelta{choice, pick(kTexts, rng)};
        case 4:
            return ReasoningEnd{choice, pick(kIds, rng), rng.below(3) == 0 ? "blob" : ""};
        case 5:
            return ToolCallStart{choice, index, pick(kIds, rng), "f", rng.below(8) == 0, {}};
        case 6:
            // Arguments only for the call that is likely to be open: others are faults, and end the stream.
            return ToolArgsDelta{choice, rng.below(30) == 0 ? index : 0, pick(kTexts, rng)};
        case 7:
            return AnnotationEvent{choice, pick(kObjects, rng)};
        case 8:
            return LogprobsEvent{choice, pick(kObjects, rng)};
        case 9:
            return UsageEvent{{.input_uncached = 3, .output = static_cast<std::int64_t>(rng.below(9))}};
        case 10:
            if (rng.below(4) > 0) break;
            return FinishEvent{choice, static_cast<FinishReason>(rng.below(4)), pick(kIds, rng)};
        case 11:
            if (rng.below(20) > 0) break;
            return StreamFault{Error(ErrorKind::upstream_error, "scripted")};
        default:
            break;
    }
    return TextDelta{choice, pick(kTexts, rng)};
}

/// Hands every event to the encoders of a stream and of a whole answer; the stream's bytes go out now and then.
struct Answers final : EventSink {
    explicit Answers(bool include_usage, bool legacy)
        : stream(openai_chat_ingress().make_encoder(context(true, include_usage, legacy))),
          whole(openai_chat_ingress().make_encoder(context(false, include_usage, legacy))) {}
    void on_event(const StreamEvent& event) override {
        stream->on_event(event);
        whole->on_event(event);
    }
    void flush() {
        sent += stream->out();
        stream->out().clear();
    }
    std::unique_ptr<ResponseEncoder> stream;
    std::unique_ptr<ResponseEncoder> whole;
    std::string sent;
};

std::string text_of(const json& message, const char* name) {
    return message.contains(name) && message[name].is_string() ? message[name].get<std::string>() : "";
}

/// Compares what both forms of the answer say, beyond form: null and "" are both no text.
void expect_same(const ChunkReader& streamed, const json& whole) {
    ASSERT_EQ(streamed.choices.size(), whole["choices"].size());
    for (const json& choice : whole["choices"]) {
        const ChunkReader::Choice& other = streamed.choices.at(choice["index"].get<int>());
        const json& message = choice["message"];
        for (const char* name : {"role", "content", "refusal", "reasoning_content"}) {
            ASSERT_EQ(text_of(other.message, name), text_of(message, name)) << name;
        }
        ASSERT_EQ(json(other.finish), choice["finish_reason"]);
        json calls = other.message.value("tool_calls", json::array());
        for (json& call : calls) call.erase("index");
        ASSERT_EQ(calls, message.value("tool_calls", json::array()));
        json blocks = other.message.value("thinking_blocks", json::array());
        for (json& block : blocks) block.erase("index");
        ASSERT_EQ(blocks, message.value("thinking_blocks", json::array()));
        ASSERT_EQ(other.message.value("annotations", json()), message.value("annotations", json()));
        ASSERT_EQ(other.message.value("function_call", json()), message.value("function_call", json()));
    }
}

void run(std::uint64_t seed, int& complete) {
    Rng rng(seed);
    const bool include_usage = rng.below(2) == 0;
    Answers answers(include_usage, rng.below(4) == 0);
    StreamGuard guard(answers, rng);
    for (std::uint64_t left = rng.below(60); left > 0; --left) {
        guard.on_event(random_event(rng));
        if (rng.below(4) == 0) answers.flush();
    }
    guard.on_event(StreamEnd{});
    answers.flush();

    ChunkReader reader(include_usage);
    reader.read(answers.sent);
    ASSERT_EQ(reader.problems, std::vector<std::string>{}) << "seed " << seed << "\n" << answers.sent;
    const json whole = json::parse(answers.whole->out(), nullptr, false);
    ASSERT_FALSE(whole.is_discarded()) << "seed " << seed << "\n" << answers.whole->out();
    ASSERT_NE(reader.done, !reader.error.is_null()) << "seed " << seed;
    if (!reader.done) {
        ASSERT_EQ(whole.at("error"), reader.error);
        return;
    }
    ++complete;
    for (const auto& [index, choice] : reader.choices) ASSERT_NE(choice.finish, "") << "seed " << seed;
    expect_same(reader, whole);
}

TEST(OpenAiChatRandomStreams, AreReadBySdksAndSayTheSameAsWholeAnswers) {
    int complete = 0;
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        run(seed, complete);
        if (HasFatalFailure()) FAIL() << "seed " << seed;
    }
    EXPECT_GT(complete, 200) << "most streams must not end in an early error";
    EXPECT_LT(complete, 950);
}

}  // namespace
}  // namespace breakwater
