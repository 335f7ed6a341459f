#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "render.hpp"

namespace breakwater::test {
namespace {

struct Fixture {
    std::string name;
    Answer answer;
    Json expected;

    /// GoogleTest prints the parameter of a test that fails; the bytes would say nothing.
    friend void PrintTo(const Fixture& fixture, std::ostream* out) { *out << fixture.name; }
};

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The type by which the provider would have sent the body, unless head.json says another.
std::string content_type(const std::string& extension) {
    if (extension == ".sse") return "text/event-stream; charset=utf-8";
    return extension == ".json" ? "application/json" : "text/html";
}

Fixture read_fixture(const std::filesystem::path& folder) {
    Fixture fixture{.name = folder.filename(), .expected = Json::parse(read_file(folder / "expected.json"))};
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().stem() != "response") continue;
        fixture.answer.body = read_file(entry.path());
        fixture.answer.head.headers.add("content-type", content_type(entry.path().extension()));
    }
    if (const auto head = folder / "head.json"; std::filesystem::exists(head)) {
        const Json json = Json::parse(read_file(head));
        fixture.answer.head.status = json.at("status");
        for (const auto& [name, value] : json.at("headers").items())
            fixture.answer.head.headers.set(name, value.get<std::string>());
    }
    if (const auto request = folder / "request.json"; std::filesystem::exists(request)) {
        fixture.answer.tools = Json::parse(read_file(request)).at("tools").get<std::vector<std::string>>();
    }
    return fixture;
}

std::vector<Fixture> read_fixtures() {
    std::vector<Fixture> fixtures;
    for (const auto& entry : std::filesystem::directory_iterator(BREAKWATER_FIXTURES "/providers/openai")) {
        fixtures.push_back(read_fixture(entry.path()));
    }
    std::ranges::sort(fixtures, {}, &Fixture::name);
    return fixtures;
}

/// Of an error a fixture states what matters to it; an answer it states in full.
void expect_outcome(const Fixture& fixture, const Decoded& decoded) {
    const Json got = render(decoded, fixture.answer);
    if (!fixture.expected.contains("error")) {
        EXPECT_EQ(got, fixture.expected) << Json::diff(fixture.expected, got).dump(1);
        return;
    }
    EXPECT_FALSE(decoded.ended);
    ASSERT_TRUE(got.contains("error")) << got.dump(1);
    for (const auto& [key, value] : fixture.expected["error"].items()) {
        EXPECT_EQ(got["error"].value(key, Json()), value) << key << " in " << got.dump(1);
    }
}

class OpenaiDecoder : public testing::TestWithParam<Fixture> {};

TEST_P(OpenaiDecoder, GivesTheExpectedAnswer) {
    expect_outcome(GetParam(), decode(GetParam().answer, {}));
    expect_outcome(GetParam(), decode(GetParam().answer, {}, BodyEnd::apart));
}

TEST_P(OpenaiDecoder, DoesNotCareWhereTheBytesAreSplit) {
    const Fixture& fixture = GetParam();
    for (std::size_t at = 1; at < fixture.answer.body.size(); ++at) {
        expect_outcome(fixture, decode(fixture.answer, {at}));
        ASSERT_FALSE(HasFailure()) << "split at byte " << at;
    }
    expect_outcome(fixture, decode_in_pieces(fixture.answer, 1));
}

/// What of an answer must not differ between one that is complete and one that was cut behind its end: the content.
Json content_of(const Json& answer) {
    Json content = answer.at("choices");
    for (Json& choice : content) choice.erase("annotations");
    return content;
}

TEST_P(OpenaiDecoder, NeverTakesATruncatedAnswerForAWholeOne) {
    const Fixture& fixture = GetParam();
    for (std::size_t size = 0; size < fixture.answer.body.size(); ++size) {
        Answer cut = fixture.answer;
        cut.body.resize(size);
        const BodyEnd end = size % 2 == 0 ? BodyEnd::with_last_bytes : BodyEnd::apart;
        const Decoded decoded = decode(cut, {}, end);
        EXPECT_NE(decoded.ended, decoded.error.has_value()) << "cut at byte " << size;
        if (!decoded.ended) continue;
        ASSERT_FALSE(fixture.expected.contains("error")) << "cut at byte " << size;
        // Cut behind the finish reason: only what follows it may be missing. The uncut body tells foreign ids from
        // made-up ones.
        EXPECT_EQ(content_of(render(decoded, fixture.answer)), content_of(fixture.expected)) << "cut at byte " << size;
    }
}

INSTANTIATE_TEST_SUITE_P(Fixtures, OpenaiDecoder, testing::ValuesIn(read_fixtures()),
                         [](const auto& info) { return info.param.name; });

}  // namespace

}  // namespace breakwater::test
