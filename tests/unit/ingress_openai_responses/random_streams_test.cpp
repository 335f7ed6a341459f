// Whatever a provider sends: what comes through guard and encoder is a stream that SDKs read without stumbling, its
// last event is what its events made, and the whole answer of the same events says the same.

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "breakwater/canonical/stream_guard.hpp"
#include "event_reader.hpp"

namespace breakwater {
namespace {

using test::context;
using test::EventReader;
using test::json;

constexpr std::array<std::string_view, 5> kTexts{"", "a", "\"\n\\", "\xff", "\u00fc\u2028"};
constexpr std::array<std::string_view, 4> kIds{"", "0", "x", "y"};
constexpr std::array<std::string_view, 4> kArguments{"{", "}", "{}", "\"{\""};
constexpr std::array<std::string_view, 3> kObjects{R"({"type":"a","url_citation":{"url":"u"}})", "{\n}",
                                                   R"({"content":[{"token":"t"}]})"};

template <std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& values, Rng& rng) {
    return values.at(rng.below(N));
}

StreamEvent random_event(Rng& rng) {
    const std::uint32_t choice = rng.below(20) == 0 ? 1 : 0;
    const auto index = static_cast<std::uint32_t>(rng.below(3));
    switch (rng.below(17)) {
        case 0:
            return MessageStart{.model = pick(kIds, rng), .service_tier = pick(kIds, rng)};
        case 1:
            return RefusalDelta{choice, pick(kTexts, rng)};
        case 2:
        case 3:
            return ReasoningDelta{choice, pick(kTexts, rng), rng.below(2) == 0};
        case 4:
            return ReasoningEnd{choice, pick(kIds, rng), rng.below(3) == 0 ? "blob" : ""};
        case 5:
        case 6:
            return ToolCallStart{choice, index, pick(kIds, rng), "f", rng.below(8) == 0, {}};
        case 7:
        case 8:
            return ToolArgsDelta{choice, rng.below(3) == 0 ? index : 0, pick(kArguments, rng)};
        case 9:
            return AnnotationEvent{choice, pick(kObjects, rng)};
        case 10:
            return LogprobsEvent{choice, pick(kObjects, rng)};
        case 11:
            return UsageEvent{{.input_uncached = 3, .output = static_cast<std::int64_t>(rng.below(9))}};
        case 12:
            if (rng.below(4) > 0) break;
            return FinishEvent{choice, static_cast<FinishReason>(rng.below(4)), pick(kIds, rng)};
        case 13:
            if (rng.below(20) > 0) break;
            return StreamFault{Error(ErrorKind::upstream_error, "scripted")};
        default:
            break;
    }
    return TextDelta{choice, pick(kTexts, rng)};
}

/// Hands every event to the encoders of a stream and of a whole answer; the stream's bytes go out now and then.
struct Answers final : EventSink {
    void on_event(const StreamEvent& event) override {
        stream->on_event(event);
        whole->on_event(event);
    }
    void flush() {
        sent += stream->out();
        stream->out().clear();
    }
    std::unique_ptr<ResponseEncoder> stream = openai_responses_ingress().make_encoder(context(true));
    std::unique_ptr<ResponseEncoder> whole = openai_responses_ingress().make_encoder(context(false));
    std::string sent;
};

void run(std::uint64_t seed, int& complete) {
    Rng rng(seed);
    Answers answers;
    StreamGuard guard(answers, rng);
    for (std::uint64_t left = rng.below(60); left > 0; --left) {
        guard.on_event(random_event(rng));
        if (rng.below(4) == 0) answers.flush();
    }
    guard.on_event(StreamEnd{});
    answers.flush();
    EventReader reader;
    reader.read(answers.sent);
    ASSERT_TRUE(reader.problems.empty()) << "seed " << seed << ": " << reader.problems.front() << "\n" << answers.sent;
    const json whole = json::parse(answers.whole->out());
    ASSERT_EQ(reader.error.is_null(), !whole.contains("error") || whole["error"].is_null()) << "seed " << seed;
    if (!reader.error.is_null()) return;
    ++complete;
    ASSERT_TRUE(reader.ended) << "seed " << seed;
    ASSERT_EQ(reader.last, whole) << "seed " << seed;
}

TEST(RandomResponses, ReadWithoutStumblingAndSayTheSameWhole) {
    int complete = 0;
    for (std::uint64_t seed = 1; seed <= 1500 && !HasFatalFailure(); ++seed) run(seed, complete);
    EXPECT_GT(complete, 100);
}

}  // namespace
}  // namespace breakwater
