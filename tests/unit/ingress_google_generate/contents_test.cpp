#include <gtest/gtest.h>

#include "support.hpp"

namespace breakwater {
namespace {

using test::decode;
using test::json;

using List = std::initializer_list<json>;

std::vector<Message> messages(List contents) {
    Result<ChatRequest> request = decode(json{{"contents", json::array_t(contents)}}.dump());
    EXPECT_TRUE(request) << (request ? "" : request.error().message);
    return request ? request->messages : std::vector<Message>{};
}

json user(List parts) {
    return {{"role", "user"}, {"parts", json::array_t(parts)}};
}
json model(List parts) {
    return {{"role", "model"}, {"parts", json::array_t(parts)}};
}
json call(std::string_view name, std::string_view id = {}) {
    json made{{"name", name}, {"args", {{"x", 1}}}};
    if (!id.empty()) made["id"] = id;
    return {{"functionCall", made}};
}
json result(std::string_view name, const json& response, std::string_view id = {}) {
    json made{{"name", name}, {"response", response}};
    if (!id.empty()) made["id"] = id;
    return {{"functionResponse", made}};
}

template <class Part>
const Part& part(const Message& message, std::size_t index) {
    return std::get<Part>(message.parts.at(index));
}

TEST(GoogleGenerateContents, LinksResultsByIdElseByNameInOrder) {
    const auto row = messages({user({json{{"text", "q"}}}),
                               model({json{{"text", "I look."}}, call("f"), call("g", "id-g"), call("f")}),
                               user({result("f", {{"output", "one"}}),
                                     result("f", {{"output", "two"}}),
                                     result("g", {{"output", "three"}}, "id-g"),
                                     {{"text", "and?"}}})});
    ASSERT_EQ(row.size(), 6u);
    EXPECT_TRUE(row[0].plain);
    EXPECT_EQ(part<ToolCallPart>(row[1], 1).id, "call_1");
    EXPECT_EQ(part<ToolCallPart>(row[1], 2).id, "id-g");
    EXPECT_EQ(part<ToolCallPart>(row[1], 3).id, "call_3");
    EXPECT_EQ(part<ToolCallPart>(row[1], 1).arguments, R"({"x":1})");
    EXPECT_EQ(row[2].tool_call_id, "call_1");
    EXPECT_EQ(part<TextPart>(row[2], 0).text, "one");
    EXPECT_EQ(row[3].tool_call_id, "call_3");
    EXPECT_EQ(row[4].tool_call_id, "id-g");
    EXPECT_EQ(row[5].role, Role::user);
    EXPECT_EQ(part<TextPart>(row[5], 0).text, "and?");
}

TEST(GoogleGenerateContents, ReadsResults) {
    const auto row = messages({model({call("f"), call("f"), call("f")}),
                               {{"role", "function"},
                                {"parts",
                                 {result("f", {{"error", "broken"}}), result("f", {{"output", "a"}, {"more", 1}}),
                                  result("f", {{"output", {{"a", 1}}}})}}}});
    ASSERT_EQ(row.size(), 4u);
    EXPECT_TRUE(row[1].tool_error);
    EXPECT_EQ(part<TextPart>(row[1], 0).text, "broken");
    EXPECT_FALSE(row[2].tool_error);
    EXPECT_EQ(json::parse(part<TextPart>(row[2], 0).text.view()), json({{"output", "a"}, {"more", 1}}));
    EXPECT_EQ(part<TextPart>(row[3], 0).text, R"({"output":{"a":1}})");
}

TEST(GoogleGenerateContents, ReadsPicturesInResults) {
    json with_picture = result("f", {{"output", "see"}});
    with_picture["functionResponse"]["parts"] =
        json::array({{{"inlineData", {{"mimeType", "image/png"}, {"data", "AAAA"}}}}});
    const auto row = messages({model({call("f")}), user({with_picture})});
    EXPECT_EQ(part<ImagePart>(row.at(1), 1).media_type, "image/png");
}

TEST(GoogleGenerateContents, ReadsMedia) {
    const auto inline_data = [](const char* type, const char* data) {
        return json{{"inline_data", {{"mime_type", type}, {"data", data}}}};
    };
    const auto file = [](const char* type, const char* uri) {
        return json{{"fileData", {{"mimeType", type}, {"fileUri", uri}}}};
    };
    const auto row = messages({user(
        {inline_data("image/PNG", "-_-_"), inline_data("audio/mpeg", "AAA"), inline_data("application/pdf", "AAAA"),
         file("image/png", "https://h/a.png"), file("video/mp4", "gs://b/v.mp4"),
         file("image/png", "https://generativelanguage.googleapis.com/v1beta/files/x"), file("", "files/y")})});
    EXPECT_EQ(part<ImagePart>(row.at(0), 0).media_type, "image/png");
    EXPECT_EQ(part<ImagePart>(row[0], 0).data, "+/+/") << "other vendors take one alphabet only";
    EXPECT_EQ(part<AudioPart>(row[0], 1).format, "mp3");
    EXPECT_EQ(part<AudioPart>(row[0], 1).data, "AAA=");
    EXPECT_EQ(part<FilePart>(row[0], 2).media_type, "application/pdf");
    EXPECT_EQ(part<ImagePart>(row[0], 3).url, "https://h/a.png");
    EXPECT_EQ(part<FilePart>(row[0], 4).url, "gs://b/v.mp4");
    EXPECT_EQ(part<FilePart>(row[0], 5).file_id, "https://generativelanguage.googleapis.com/v1beta/files/x");
    EXPECT_EQ(part<FilePart>(row[0], 6).file_id, "files/y");
}

TEST(GoogleGenerateContents, KeepsSeals) {
    json signed_call = call("f");
    signed_call["thoughtSignature"] = "Y2Fs-_==";
    const auto row = messages(
        {user({json{{"text", "q"}}}), model({json{{"text", "hm"}, {"thought", true}, {"thoughtSignature", "dGhv"}},
                                             {{"text", "hm"}, {"thought", true}},
                                             {{"text", "hi"}, {"thoughtSignature", "dGV4"}},
                                             signed_call})});
    const Message& answer = row.at(1);
    ASSERT_EQ(answer.parts.size(), 5u);
    EXPECT_EQ(part<ReasoningPart>(answer, 0).text, "hm");
    EXPECT_EQ(part<ReasoningPart>(answer, 0).signature, "google:dGhv");
    EXPECT_EQ(part<ReasoningPart>(answer, 1).signature, "");
    EXPECT_EQ(part<TextPart>(answer, 2).text, "hi");
    EXPECT_EQ(part<ReasoningPart>(answer, 3).text, "");
    EXPECT_EQ(part<ReasoningPart>(answer, 3).signature, "google:dGV4");
    EXPECT_EQ(part<ToolCallPart>(answer, 4).extension, R"({"google":{"thought_signature":"Y2Fs+/=="}})");
}

// The SDKs keep each piece of a stream as a content of its own.
TEST(GoogleGenerateContents, PutsThePiecesOfAStreamTogether) {
    json seal{{"thought", true}, {"thoughtSignature", "dGhv"}};
    const auto row = messages({user({json{{"text", "q"}}}), model({json{{"text", "No"}, {"thought", true}}}),
                               model({json{{"text", "rth."}, {"thought", true}}}), model({seal}),
                               model({json{{"text", "Hel"}}}), model({json{{"text", "lo"}}}),
                               model({call("f"), {{"text", ""}}}), user({result("f", {{"output", "x"}})})});
    ASSERT_EQ(row.size(), 3u);
    ASSERT_EQ(row[1].parts.size(), 3u);
    EXPECT_EQ(part<ReasoningPart>(row[1], 0).text, "North.");
    EXPECT_EQ(part<ReasoningPart>(row[1], 0).signature, "google:dGhv");
    EXPECT_EQ(part<TextPart>(row[1], 1).text, "Hello");
    EXPECT_EQ(part<ToolCallPart>(row[1], 2).name, "f");
}

TEST(GoogleGenerateContents, TakesATurnThatSaysNothing) {
    const auto row = messages({user({json{{"text", ""}}}), model({json{{"text", ""}}}), user({json{{"text", "a"}}})});
    ASSERT_EQ(row.size(), 2u);
    EXPECT_EQ(part<TextPart>(row[0], 0).text, "");
}

// What the gateway wrapped comes back as it was, in whichever alphabet the client writes.
TEST(GoogleGenerateContents, UnwrapsSealsOfOthers) {
    const auto parts =
        test::encode_whole({ReasoningDelta{0, "hm"}, ReasoningEnd{0, "ErUB\xff/+seal", ""},
                            ReasoningEnd{0, "", "opaque??"}, TextDelta{0, "hi"}, FinishEvent{}, StreamEnd{}},
                           true)["candidates"][0]["content"]["parts"];
    ASSERT_EQ(parts.size(), 3u);
    json sent = parts;
    for (json& one : sent) {
        if (!one.contains("thoughtSignature")) continue;
        std::string signature = one["thoughtSignature"];
        for (char& c : signature) c = c == '+' ? '-' : c == '/' ? '_' : c;
        one["thoughtSignature"] = signature;
    }
    const auto row = messages({user({json{{"text", "q"}}}), json{{"role", "model"}, {"parts", sent}}});
    EXPECT_EQ(part<ReasoningPart>(row.at(1), 0).text, "hm");
    EXPECT_EQ(part<ReasoningPart>(row[1], 0).signature, "ErUB\xff/+seal");
    EXPECT_EQ(part<ReasoningPart>(row[1], 1).redacted, "opaque??");
}

TEST(GoogleGenerateContents, TellsOfCodeThatRan) {
    const auto row = messages(
        {user({json{{"text", "q"}}}), model({json{{"executableCode", {{"language", "PYTHON"}, {"code", "print(1)"}}}},
                                             {{"codeExecutionResult", {{"outcome", "OUTCOME_OK"}, {"output", "1"}}}},
                                             {{"toolCall", {{"id", "x"}}}, {"thoughtSignature", "AAAA"}}})});
    ASSERT_EQ(row.at(1).parts.size(), 3u);
    EXPECT_EQ(part<TextPart>(row[1], 0).text, "```\nprint(1)\n```\n");
    EXPECT_EQ(part<NativeItemPart>(row[1], 2).field, "contents[1].parts[2]");
    EXPECT_EQ(json::parse(part<NativeItemPart>(row[1], 2).json),
              (json{{"toolCall", {{"id", "x"}}}, {"thoughtSignature", "AAAA"}}));
}

}  // namespace
}  // namespace breakwater
