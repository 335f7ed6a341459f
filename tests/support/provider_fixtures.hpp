#pragma once

#include <algorithm>

#include "event_grammar.hpp"
#include "provider_answers.hpp"

// Replays the fixtures of a native provider: tests/fixtures/providers/DIALECT/NAME/response.* and expected.json.
namespace breakwater::test {

struct ProviderFixture {
    std::string name;
    Answer answer;
    json expected;
};

inline void PrintTo(const ProviderFixture& fixture, std::ostream* out) {
    *out << fixture.name;
}

inline std::vector<ProviderFixture> provider_fixtures(std::string_view dialect) {
    namespace fs = std::filesystem;
    static const std::vector<std::pair<std::string, std::string>> kForms{{"response.sse", "text/event-stream"},
                                                                         {"response.ndjson", "application/x-ndjson"},
                                                                         {"response.json", "application/json"}};
    std::vector<ProviderFixture> found;
    for (const auto& entry : fs::directory_iterator(fs::path(BREAKWATER_FIXTURES) / "providers" / dialect)) {
        const auto form =
            std::ranges::find_if(kForms, [&](const auto& one) { return fs::exists(entry.path() / one.first); });
        if (form == kForms.end()) {
            ADD_FAILURE() << entry.path() << " has no response";
            continue;
        }
        found.push_back({.name = entry.path().filename().string(),
                         .answer = {.content_type = form->second, .body = read_text(entry.path() / form->first)},
                         .expected = json::parse(read_text(entry.path() / "expected.json"))});
    }
    return found;
}

inline void expect_decodes(const ProviderRig& rig, const ProviderFixture& fixture) {
    const Decoded decoded = decode(rig, fixture.answer);
    EXPECT_EQ(describe(decoded), fixture.expected);
    EXPECT_EQ(decoded.ended, !decoded.error);
}

inline void expect_no_matter_where_split(const ProviderRig& rig, const ProviderFixture& fixture) {
    const Answer& answer = fixture.answer;
    EXPECT_EQ(describe(decode(rig, answer, every(1, answer.body.size()))), fixture.expected) << "byte by byte";
    for (std::size_t cut = 1; cut < answer.body.size(); ++cut) {
        ASSERT_EQ(describe(decode(rig, answer, {cut})), fixture.expected) << "split at " << cut;
    }
}

/// C3: whatever is missing, an answer is either complete or an error, and never a shorter answer.
inline void expect_no_good_end_when_cut(const ProviderRig& rig, const ProviderFixture& fixture) {
    Answer answer = fixture.answer;
    const std::string whole = answer.body;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        answer.body = whole.substr(0, length);
        const Decoded decoded = decode(rig, answer);
        if (!decoded.error) {
            ASSERT_EQ(describe(decoded), fixture.expected) << "cut at " << length;
        } else if (!decoded.error->upstream && !fixture.expected.contains("error")) {
            ASSERT_EQ(decoded.error->kind, ErrorKind::upstream_truncated) << "cut at " << length;
        }
        ASSERT_EQ(decoded.ended, !decoded.error) << "cut at " << length;
    }
}

/// C2: the guard has nothing to object to, and loses nothing, in what the decoder says.
inline void expect_grammar(const ProviderRig& rig, const ProviderFixture& fixture) {
    const auto decoder = rig.module.make(rig.settings)->make_decoder(ask("?"), rig.deployment);
    Rng rng(1);
    EventGrammar grammar;
    StreamGuard guard(grammar, rng);
    const Result<void> done = feed(*decoder, fixture.answer, {}, guard);
    if (!done) guard.on_event(StreamFault{done.error()});
    grammar.finish();
    EXPECT_EQ(grammar.problems(), std::vector<std::string>{});
    EXPECT_EQ(grammar.faulted(), fixture.expected.contains("error"));
    if (!grammar.faulted()) EXPECT_EQ(grammar.text(0), fixture.expected["text"].get<std::string>());
}

}  // namespace breakwater::test
