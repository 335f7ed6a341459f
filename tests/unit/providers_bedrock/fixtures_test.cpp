#include "breakwater/canonical/stream_guard.hpp"
#include "event_grammar.hpp"
#include "support.hpp"

namespace breakwater::testing_bedrock {
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
    for (const auto& entry : fs::directory_iterator(fs::path(BREAKWATER_FIXTURES) / "providers/bedrock")) {
        if (!entry.is_directory() || !fs::exists(entry.path() / "expected.json")) continue;
        const bool stream = fs::exists(entry.path() / "response.eventstream");
        Answer answer{.content_type = stream ? "application/vnd.amazon.eventstream" : "application/json",
                      .body = read_text(entry.path() / (stream ? "response.eventstream" : "response.json"))};
        answer.headers.add("x-amzn-RequestId", "req-1");
        found.push_back({.name = entry.path().filename().string(),
                         .answer = std::move(answer),
                         .expected = json::parse(read_text(entry.path() / "expected.json"))});
    }
    return found;
}

/// Those of InvokeModel are named so.
Rig rig_of(const Fixture& fixture) {
    Rig rig;
    if (fixture.name.starts_with("invoke_")) rig.deployment.facts.api = "invoke";
    return rig;
}

Decoded decode_fixture(const Fixture& fixture, const Answer& answer, const std::vector<std::size_t>& cuts = {}) {
    return decode(answer, cuts, ask_limited("?"), rig_of(fixture));
}

class BedrockFixture : public testing::TestWithParam<Fixture> {};

TEST_P(BedrockFixture, DecodesToWhatIsExpected) {
    const Decoded decoded = decode_fixture(GetParam(), GetParam().answer);
    EXPECT_EQ(as_fixture(decoded), GetParam().expected);
    EXPECT_EQ(decoded.ended, !decoded.error);
}

TEST_P(BedrockFixture, DoesNotDependOnWhereItIsSplit) {
    const Answer& answer = GetParam().answer;
    EXPECT_EQ(as_fixture(decode_fixture(GetParam(), answer, every(1, answer.body.size()))), GetParam().expected)
        << "byte by byte";
    for (std::size_t cut = 1; cut < answer.body.size(); ++cut) {
        ASSERT_EQ(as_fixture(decode_fixture(GetParam(), answer, {cut})), GetParam().expected) << "split at " << cut;
    }
}

// C3: whatever is missing, an answer is either complete or an error, and never a shorter answer. The metadata alone may
// be missing: then nothing is known of the usage.
TEST_P(BedrockFixture, NeverEndsWellWhenItIsCut) {
    Answer answer = GetParam().answer;
    const std::string whole = answer.body;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        answer.body = whole.substr(0, length);
        const Decoded decoded = decode_fixture(GetParam(), answer);
        if (!decoded.error) {
            json expected = GetParam().expected;
            json got = as_fixture(decoded);
            if (got["usage"].is_null()) expected["usage"] = nullptr;
            ASSERT_EQ(got, expected) << "cut at " << length;
        } else if (!decoded.error->upstream && !GetParam().expected.contains("error")) {
            ASSERT_EQ(decoded.error->kind, ErrorKind::upstream_truncated) << "cut at " << length;
        }
        ASSERT_EQ(decoded.ended, !decoded.error) << "cut at " << length;
    }
}

// C2: the guard has nothing to object to, and loses nothing, in what the decoder says.
TEST_P(BedrockFixture, ObeysTheStreamGrammarBehindTheGuard) {
    const Answer& answer = GetParam().answer;
    const Rig rig = rig_of(GetParam());
    const auto decoder = bedrock_module().make(rig.settings)->make_decoder(ask_limited("?"), rig.deployment);
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

// A byte that was changed on the way is never taken for an answer.
TEST(BedrockDecoder, SeesEveryByteThatWasChanged) {
    Answer answer{
        .content_type = "application/vnd.amazon.eventstream",
        .body = read_text(fs::path(BREAKWATER_FIXTURES) / "providers/bedrock/stream_text/response.eventstream")};
    ASSERT_TRUE(decode(answer).ended);
    for (std::size_t at = 0; at < answer.body.size(); ++at) {
        answer.body[at] = static_cast<char>(answer.body[at] ^ 0x10);
        ASSERT_TRUE(decode(answer).error) << "changed at " << at;
        answer.body[at] = static_cast<char>(answer.body[at] ^ 0x10);
    }
}

INSTANTIATE_TEST_SUITE_P(All, BedrockFixture, testing::ValuesIn(all_fixtures()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::testing_bedrock
