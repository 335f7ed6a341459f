#include "breakwater/canonical/stream_guard.hpp"
#include "event_grammar.hpp"
#include "support.hpp"

namespace breakwater::testing_google {
namespace {

namespace fs = std::filesystem;

struct Fixture {
    std::string name;
    Answer answer;
    json expected;
};

void PrintTo(const Fixture& fixture, std::ostream* out) {
    *out << fixture.name;
}

std::vector<Fixture> all_fixtures() {
    std::vector<Fixture> found;
    for (const auto& entry : fs::directory_iterator(fs::path(BREAKWATER_FIXTURES) / "providers/google")) {
        const bool stream = fs::exists(entry.path() / "response.sse");
        found.push_back({.name = entry.path().filename().string(),
                         .answer = {.content_type = stream ? "text/event-stream" : "application/json",
                                    .body = read_text(entry.path() / (stream ? "response.sse" : "response.json"))},
                         .expected = json::parse(read_text(entry.path() / "expected.json"))});
    }
    return found;
}

class GoogleFixture : public testing::TestWithParam<Fixture> {};

TEST_P(GoogleFixture, DecodesToWhatIsExpected) {
    const Decoded decoded = decode(GetParam().answer);
    EXPECT_EQ(as_fixture(decoded), GetParam().expected);
    EXPECT_EQ(decoded.ended, !decoded.error);
}

TEST_P(GoogleFixture, DoesNotDependOnWhereItIsSplit) {
    const Answer& answer = GetParam().answer;
    EXPECT_EQ(as_fixture(decode(answer, every(1, answer.body.size()))), GetParam().expected) << "byte by byte";
    for (std::size_t cut = 1; cut < answer.body.size(); ++cut) {
        ASSERT_EQ(as_fixture(decode(answer, {cut})), GetParam().expected) << "split at " << cut;
    }
}

// C3: whatever is missing, an answer is either complete or an error, and never a shorter answer. The dialect has no end
// mark, so that a stream which stops between two events behind its finish reason is complete but for its token counts.
TEST_P(GoogleFixture, NeverEndsWellWhenItIsCut) {
    Answer answer = GetParam().answer;
    const std::string whole = answer.body;
    json expected = GetParam().expected;
    expected.erase("usage");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        answer.body = whole.substr(0, length);
        const Decoded decoded = decode(answer);
        if (!decoded.error) {
            json described = as_fixture(decoded);
            described.erase("usage");
            ASSERT_EQ(described, expected) << "cut at " << length;
        } else if (!decoded.error->upstream && !GetParam().expected.contains("error")) {
            ASSERT_EQ(decoded.error->kind, ErrorKind::upstream_truncated) << "cut at " << length;
        }
        ASSERT_EQ(decoded.ended, !decoded.error) << "cut at " << length;
    }
}

// C2: the guard has nothing to object to, and loses nothing, in what the decoder says.
TEST_P(GoogleFixture, ObeysTheStreamGrammarBehindTheGuard) {
    const Answer& answer = GetParam().answer;
    const Rig rig;
    const auto decoder = google_module().make(rig.settings)->make_decoder(ask_limited("?"), rig.deployment);
    Rng rng(1);
    test::EventGrammar grammar;
    StreamGuard guard(grammar, rng);
    HttpResponseHead head;
    head.headers.add("content-type", answer.content_type);
    ASSERT_TRUE(decoder->on_head(head));
    Result<void> done = decoder->on_body(answer.body, guard);
    if (done) done = decoder->on_end(guard);
    if (!done) guard.on_event(StreamFault{done.error()});
    grammar.finish();
    EXPECT_EQ(grammar.problems(), std::vector<std::string>{});
    EXPECT_EQ(grammar.faulted(), GetParam().expected.contains("error"));
    if (!grammar.faulted()) EXPECT_EQ(grammar.text(0), GetParam().expected["text"].get<std::string>());
}

INSTANTIATE_TEST_SUITE_P(All, GoogleFixture, testing::ValuesIn(all_fixtures()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::testing_google
