#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "chat_support.hpp"

namespace breakwater {
namespace {

using test::decode;
using test::json;

struct Broken {
    std::string body;
    std::string param;
    std::string code;
};

void expect_refused(std::string_view name, const Result<ChatRequest>& request, const Broken& expected) {
    ASSERT_FALSE(request) << name;
    EXPECT_EQ(request.error().kind, ErrorKind::invalid_request) << name;
    EXPECT_EQ(request.error().param, expected.param) << name;
    EXPECT_EQ(request.error().code_or_default(), expected.code) << name << ": " << request.error().message;
    EXPECT_FALSE(request.error().message.empty()) << name;
}

TEST(OpenAiChatDecodeErrors, NameFieldCodeAndWhatWasExpected) {
    const json rows = json::parse(test::read_fixture("invalid_requests.json"));
    ASSERT_GT(rows.size(), 100U);
    for (const json& row : rows) {
        const auto name = row["name"].get<std::string>();
        const Result<ChatRequest> request = decode(row["body"].dump());
        expect_refused(name, request, {.body = {}, .param = row["param"], .code = row["code"]});
        if (!request && row.contains("message")) EXPECT_EQ(json(request.error().message), row["message"]) << name;
    }
}

TEST(OpenAiChatDecodeErrors, RefuseWhatIsNoCleanJson) {
    const std::string deep = R"({"model":"m","messages":[],"x":)" + std::string(80, '[') + std::string(80, ']') + "}";
    const std::vector<Broken> rows{
        {"", "", "invalid_json"},
        {"{", "", "invalid_json"},
        {"not json", "", "invalid_json"},
        {R"({"model":"m"} trailing)", "", "invalid_json"},
        {"{\"model\":\"\xff\"}", "", "invalid_utf8"},
        {deep, "", "json_too_deep"},
        {R"({"model":"a","model":"b"})", "model", "duplicate_key"},
        {R"({"model":"a","mod\u0065l":"b"})", "model", "duplicate_key"},
        {R"({"mod\u0065l":"a"})", "model", "escaped_key"},
        {R"({"model":"a","tools":[{"function":{"n\u0061me":"f"}}]})", "tools[0].function.name", "escaped_key"},
        {R"({"model":"a","tools":[{"function":{"name":"f","name":"g"}}]})", "tools[0].function.name", "duplicate_key"},
    };
    for (const Broken& row : rows) expect_refused(row.body, decode(row.body), row);
}

std::string repeated(const std::string& item, std::size_t count) {
    std::string list = "[" + item;
    for (std::size_t i = 1; i < count; ++i) list += "," + item;
    return list + "]";
}

// What is paired with each other is looked for, so that a million of them would take minutes.
TEST(OpenAiChatDecodeErrors, RefuseListsThatNobodyNeeds) {
    const std::string user = R"({"role":"user","content":"x"})";
    const std::string call = R"({"id":"c","type":"function","function":{"name":"f","arguments":"{}"}})";
    const std::string assistant = R"([{"role":"assistant","tool_calls":)" + repeated(call, 1025) + "}]";
    EXPECT_TRUE(decode(R"({"model":"m","messages":)" + repeated(user, 16'384) + "}"));
    const std::vector<Broken> rows{
        {R"({"model":"m","messages":)" + repeated(user, 16'385) + "}", "messages", "array_above_max_length"},
        {R"({"model":"m","messages":)" + assistant + "}", "messages[0].tool_calls", "array_above_max_length"},
    };
    for (const Broken& row : rows) expect_refused(row.param, decode(row.body), row);
}

TEST(OpenAiChatDecodeErrors, NeverEchoMuchOfTheBody) {
    const std::string prompt(10'000, 'p');
    const json body{{"model", "m"}, {"messages", {{{"role", prompt}, {"content", "x"}}}}};
    const Result<ChatRequest> request = decode(body.dump());
    ASSERT_FALSE(request);
    EXPECT_LT(request.error().message.size(), 300U);
}

TEST(OpenAiChatDecodeErrors, CutLongValuesAtACharacter) {
    std::string text = "x";
    for (int i = 0; i < 30; ++i) text += "\u00fc";
    const Result<ChatRequest> request = decode(test::request_with({{"verbosity", text}}).dump());
    ASSERT_FALSE(request);
    EXPECT_NO_THROW((void)json(request.error().message).dump()) << "the message is valid UTF-8";
}

// A body that is cut anywhere is refused as one, and never taken for a smaller request.
TEST(OpenAiChatDecodeErrors, RefuseEveryTruncation) {
    const std::string body = test::read_fixture("every_field.json");
    const std::size_t end = body.rfind('}');
    JsonReader reader;
    for (std::size_t length = 0; length <= end; ++length) {
        const Result<ChatRequest> request = decode(body.substr(0, length), reader);
        ASSERT_FALSE(request) << length;
        ASSERT_TRUE(request.error().code == "invalid_json" || request.error().code == "invalid_utf8") << length;
    }
}

// Whatever takes the place of a value, decoding ends in a request or in an error that names a path, and never throws.
TEST(OpenAiChatDecodeErrors, SurviveAnyValueAnywhere) {
    const json whole = json::parse(test::read_fixture("every_field.json"));
    const std::array<json, 8> values{nullptr, true, -1, 1e300, "", "x", json::array({nullptr}), {{"type", "text"}}};
    JsonReader reader;
    std::size_t refused = 0;
    for (const auto& [pointer, original] : whole.flatten().items()) {
        for (const json& value : values) {
            json body = whole;
            body[json::json_pointer(pointer)] = value;
            const Result<ChatRequest> request = decode(body.dump(), reader);
            if (request) continue;
            ++refused;
            ASSERT_FALSE(request.error().param.empty()) << pointer << " = " << value << request.error().message;
            ASSERT_FALSE(request.error().code.empty()) << pointer << " = " << value;
        }
    }
    EXPECT_GT(refused, 200U);
}

}  // namespace
}  // namespace breakwater
