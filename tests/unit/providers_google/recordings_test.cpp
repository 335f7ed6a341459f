
#include "support.hpp"

namespace breakwater::testing_google {
namespace {

namespace fs = std::filesystem;

/// What an answer says, read by another parser and in another way than the decoder does: all parts of all chunks in one
/// row, looked at from behind.
class Extraction {
public:
    explicit Extraction(const std::string& body, bool events) {
        for (const json& chunk : chunks(body, events)) {
            for (const json& candidate : chunk.value("candidates", json::array())) {
                if (candidate.value("index", 0) == 0) add(candidate);
            }
            for (const auto& [key, value] : chunk.value("usageMetadata", json::object()).items()) usage[key] = value;
            if (chunk.contains("responseId")) id = chunk["responseId"];
        }
    }

    json text = "", reasoning = "", calls = json::array(), signatures = json::array(), finish, usage = json::object();
    std::string id;
    bool has_media = false;

private:
    // Only members of the first level: no recording has others.
    static void fill(json& arguments, const json& partial) {
        for (const json& entry : partial) {
            const std::string name = entry.at("jsonPath").get<std::string>().substr(2);
            arguments[name] = arguments.value(name, "") + entry.at("stringValue").get<std::string>();
        }
    }
    static json chunks(const std::string& body, bool events) {
        if (!events) {
            const json root = json::parse(body);
            return root.is_array() ? root : json::array({root});
        }
        json out = json::array();
        std::istringstream lines(body);
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("data:")) out.push_back(json::parse(line.substr(5)));
        }
        return out;
    }
    void add(const json& candidate) {
        if (candidate.contains("finishReason")) finish = candidate["finishReason"];
        for (const json& part : candidate.value("/content/parts"_json_pointer, json::array())) {
            const bool thought = part.value("thought", false);
            if (part.contains("text")) {
                json& where = thought ? reasoning : text;
                where = where.get<std::string>() + part["text"].get<std::string>();
                if (part.contains("thoughtSignature")) signatures.push_back(part["thoughtSignature"]);
            } else if (part.contains("inlineData")) {
                has_media = true;
            } else if (part.contains("functionCall")) {
                const json& call = part["functionCall"];
                if (call.contains("partialArgs")) fill(calls.back()["arguments"], call["partialArgs"]);
                if (!call.contains("name")) continue;
                calls.push_back({{"name", call["name"]},
                                 {"arguments", call.value("args", json::object())},
                                 {"signature", part.value("thoughtSignature", "")}});
            }
        }
    }
};

std::string finish_of(const json& finish, bool has_calls) {
    const bool length = finish == "MAX_TOKENS" || finish == 2;
    if (length) return "length";
    return has_calls ? "tool_calls" : "stop";
}

json total(const json& usage, std::initializer_list<const char*> keys) {
    std::int64_t sum = 0;
    for (const char* key : keys) sum += usage.value(key, 0);
    return sum;
}

void expect_usage(const json& actual, const json& usage) {
    if (!usage.contains("promptTokenCount")) return;
    const std::int64_t cached = usage.value("cachedContentTokenCount", 0);
    EXPECT_EQ(actual["input_uncached"],
              total(usage, {"promptTokenCount", "toolUsePromptTokenCount"}).get<std::int64_t>() - cached);
    EXPECT_EQ(actual["cache_read"], usage.value("cachedContentTokenCount", json()));
    EXPECT_EQ(actual["reasoning"], usage.value("thoughtsTokenCount", json()));
    if (usage.contains("candidatesTokenCount"))
        EXPECT_EQ(actual["output"], total(usage, {"candidatesTokenCount", "thoughtsTokenCount"}));
}

void expect_same(const Decoded& decoded, const Extraction& expected) {
    if (expected.has_media && expected.text == "") {  // the canonical answer has no place for it
        ASSERT_TRUE(decoded.error);
        EXPECT_EQ(decoded.error->kind, ErrorKind::unsupported_parameter);
        return;
    }
    ASSERT_FALSE(decoded.error) << decoded.error->message;
    EXPECT_TRUE(decoded.ended);
    const json actual = as_fixture(decoded);
    EXPECT_EQ(actual["id"], expected.id);
    EXPECT_EQ(actual["text"], expected.text);
    EXPECT_EQ(actual["reasoning"], expected.reasoning);
    json calls = json::array();
    for (const json& call : actual["tool_calls"]) {
        calls.push_back(
            {{"name", call["name"]},
             {"arguments", call["arguments"]},
             {"signature", call["extension"].is_null() ? "" : call["extension"]["google"]["thought_signature"]}});
    }
    EXPECT_EQ(calls, expected.calls);
    EXPECT_EQ(actual["finish"], finish_of(expected.finish, !expected.calls.empty()));
    json signatures = json::array();
    for (const json& block : actual["reasoning_blocks"]) {
        const std::string seal = block["signature"];
        if (!seal.empty()) signatures.push_back(seal.substr(seal.find(':') + 1));
    }
    EXPECT_EQ(signatures, expected.signatures);
    if (!actual["usage"].is_null()) expect_usage(actual["usage"], expected.usage);
}

TEST(GoogleRecordings, DecodeAsAnotherParserReadsThem) {
    const fs::path root = BREAKWATER_RECORDINGS;
    if (!fs::exists(root / "index.jsonl")) GTEST_SKIP() << "The recorded provider traffic is not on this machine.";
    std::ifstream index(root / "index.jsonl");
    int seen = 0;
    for (std::string line; std::getline(index, line);) {
        const json entry = json::parse(line);
        if (!entry.at("dialect").get<std::string>().starts_with("google.generate")) continue;
        const std::string id = entry.at("id");
        SCOPED_TRACE(id);
        const json recording = json::parse(read_text(root / entry.at("provider").get<std::string>() / (id + ".json")));
        const json& response = recording.at("response");
        const bool events = response.at("stream_format") == "sse";
        const Answer answer{.status = response.at("status"),
                            .content_type = events ? "text/event-stream" : "application/json",
                            .body = response.at("body")};
        for (const std::size_t piece : {answer.body.size() + 1, std::size_t{7}}) {
            const Decoded decoded = decode(answer, every(piece, answer.body.size()));
            if (answer.status == 200) {
                expect_same(decoded, Extraction(answer.body, events));
            } else {
                ASSERT_TRUE(decoded.error);
                EXPECT_EQ(decoded.error->upstream->status, answer.status);
            }
        }
        ++seen;
    }
    EXPECT_GT(seen, 150);
}

}  // namespace
}  // namespace breakwater::testing_google
