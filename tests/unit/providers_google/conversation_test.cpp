#include "support.hpp"

namespace breakwater::testing_google {
namespace {

ChatRequest conversation(std::vector<Message> messages) {
    return {.messages = std::move(messages)};
}

json contents(Rig& rig, std::vector<Message> messages) {
    return rig.body(conversation(std::move(messages)))["contents"];
}

TEST(GoogleConversation, PutsSystemTextApartAndMergesRoles) {
    Rig rig;
    const json body = rig.body(conversation({system_says("Be terse."),
                                             {.role = Role::developer, .parts = {TextPart{"Be kind."}}},
                                             user("a"),
                                             user("b"),
                                             assistant("c"),
                                             assistant("d"),
                                             system_says("Now."),
                                             user("e")}));
    EXPECT_EQ(body["systemInstruction"],
              json::parse(R"({"parts":[{"text":"Be terse."},{"text":"Be kind."},{"text":"Now."}]})"));
    EXPECT_EQ(body["contents"], json::parse(R"([{"role":"user","parts":[{"text":"a"},{"text":"b"}]},
        {"role":"model","parts":[{"text":"c"},{"text":"d"}]},{"role":"user","parts":[{"text":"e"}]}])"));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[6]", AdaptAction::mapped));
}

TEST(GoogleConversation, BeginsAndEndsWithTheUser) {
    Rig rig;
    EXPECT_EQ(contents(rig, {assistant("Hello!")}),
              json::parse(R"([{"role":"user","parts":[{"text":"."}]},{"role":"model","parts":[{"text":"Hello!"}]},
                              {"role":"user","parts":[{"text":"Continue."}]}])"));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages", AdaptAction::emulated));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[0]", AdaptAction::emulated));
    rig.deployment.capabilities.set(Feature::assistant_prefill, Support::native);
    EXPECT_EQ(contents(rig, {user("q"), assistant("Once")}).back()["role"], "model");
    Rig older;
    EXPECT_EQ(contents(older.budget_model(), {user("q"), assistant("Once")}).back()["role"], "model");
}

TEST(GoogleConversation, AsksInstructionsThatStandAlone) {
    Rig rig;
    const json body = rig.body(conversation({system_says("Say hi.")}));
    EXPECT_EQ(body["contents"], json::parse(R"([{"role":"user","parts":[{"text":"Say hi."}]}])"));
    EXPECT_FALSE(body.contains("systemInstruction"));
}

TEST(GoogleConversation, LinksResultsToCallsByNameAndOrder) {
    Rig rig;
    rig.budget_model();
    const json turns = contents(
        rig, {user("q"),
              assistant_turn({TextPart{"Let me."}, call("c1", "wx", R"({"city":"Oslo"})"), call("c2", "now", "")}),
              result("c2", R"({"time":"12:00"})"), result("c1", "4C"), user("thanks")});
    EXPECT_EQ(turns, json::parse(R"([{"role":"user","parts":[{"text":"q"}]},
        {"role":"model","parts":[{"text":"Let me."},{"functionCall":{"name":"wx","args":{"city":"Oslo"}}},
                                 {"functionCall":{"name":"now","args":{}}}]},
        {"role":"user","parts":[{"functionResponse":{"name":"wx","response":{"output":"4C"}}},
                                {"functionResponse":{"name":"now","response":{"time":"12:00"}}}]},
        {"role":"user","parts":[{"text":"thanks"}]}])"));
}

TEST(GoogleConversation, SendsIdsToModelsThatGiveThem) {
    Rig rig;
    rig.level_model();
    const json turns = contents(rig, {user("q"), assistant_turn({call("c1", "wx", "{}")}), result("c1", "[1,2]")});
    EXPECT_EQ(turns[1]["parts"][0]["functionCall"]["id"], "c1");
    EXPECT_EQ(turns[2]["parts"][0]["functionResponse"],
              json::parse(R"({"id":"c1","name":"wx","response":{"output":[1,2]}})"));
}

TEST(GoogleConversation, FillsMissingResultsAndKeepsOrphans) {
    Rig rig;
    rig.budget_model();
    const json turns =
        contents(rig, {user("q"), assistant_turn({call("c1", "wx", "{}")}), result("zz", "lost"), user("so?")});
    EXPECT_EQ(turns[2]["parts"][0]["functionResponse"],
              json::parse(R"({"name":"wx","response":{"error":"[no result]"}})"));
    EXPECT_EQ(turns[3]["parts"], json::parse(R"([{"text":"lost"},{"text":"so?"}])"));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[1].tool_calls", AdaptAction::emulated));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[2]", AdaptAction::emulated));
}

TEST(GoogleConversation, KeepsTheStepsOfALoopApart) {
    Rig rig;
    rig.budget_model();
    const json turns = contents(rig, {user("q"), assistant_turn({call("c1", "a", "{}")}), result("c1", "1"),
                                      assistant_turn({call("c2", "b", "{}")}), result("c2", "2")});
    ASSERT_EQ(turns.size(), 5u);
    EXPECT_EQ(turns[2]["parts"][0]["functionResponse"]["name"], "a");
    EXPECT_EQ(turns[4]["parts"][0]["functionResponse"]["name"], "b");
}

TEST(GoogleConversation, SaysFailedResultsAndOddArguments) {
    Rig rig;
    rig.budget_model();
    Message failed = result("c1", R"({"no":"object"})");
    failed.tool_error = true;
    const json turns = contents(rig, {user("q"), assistant_turn({call("c1", "f", "not json")}), failed});
    EXPECT_EQ(turns[1]["parts"][0]["functionCall"]["args"], json::parse(R"({"_raw":"not json"})"));
    EXPECT_EQ(turns[2]["parts"][0]["functionResponse"]["response"], json::parse(R"({"error":"{\"no\":\"object\"}"})"));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[1].tool_calls[0]", AdaptAction::mapped));
}

TEST(GoogleSignatures, GoBackToThePartsThatTheyCameWith) {
    Rig rig;
    rig.level_model();
    ToolCallPart signed_call = call("c1", "wx", "{}");
    signed_call.extension = R"({"google":{"thought_signature":"SigCall"}})";
    const json turns = contents(rig, {user("q"),
                                      assistant_turn({ReasoningPart{.text = "Hm.", .signature = "google:SigThought"},
                                                      ReasoningPart{.signature = "google:SigText"}, TextPart{"Wait."},
                                                      signed_call, call("c2", "wx", "{}")}),
                                      result("c1", "1"), result("c2", "2")});
    EXPECT_EQ(turns[1]["parts"], json::parse(R"([{"text":"Hm.","thought":true,"thoughtSignature":"SigThought"},
        {"text":"Wait.","thoughtSignature":"SigText"},
        {"functionCall":{"id":"c1","name":"wx","args":{}},"thoughtSignature":"SigCall"},
        {"functionCall":{"id":"c2","name":"wx","args":{}}}])"));
}

TEST(GoogleSignatures, OfATextThatIsGoneStandAlone) {
    Rig rig;
    const json turns =
        contents(rig, {user("q"), assistant_turn({ReasoningPart{.signature = "google:S"}, call("c1", "wx", "{}")}),
                       result("c1", "1")});
    EXPECT_EQ(turns[1]["parts"][0], json::parse(R"({"text":"","thoughtSignature":"S"})"));
}

TEST(GoogleSignatures, OfOtherVendorsStayBehind) {
    Rig rig;
    const json turns = contents(rig, {user("q"),
                                      assistant_turn({ReasoningPart{.text = "t", .signature = "Eq4B=="},
                                                      ReasoningPart{.redacted = "EmwK"}, TextPart{"a"}}),
                                      user("b")});
    EXPECT_EQ(turns[1]["parts"], json::parse(R"([{"text":"a"}])"));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[1].reasoning_content", AdaptAction::dropped));
}

TEST(GoogleSignatures, ThatAreLostAreReplacedOncePerStep) {
    const std::vector<Message> messages{user("q"), assistant_turn({call("c1", "wx", "{}"), call("c2", "wx", "{}")}),
                                        result("c1", "1"), result("c2", "2")};
    Rig rig;
    rig.level_model();
    const json turns = contents(rig, messages);
    EXPECT_EQ(turns[1]["parts"][0]["thoughtSignature"], "skip_thought_signature_validator");
    EXPECT_FALSE(turns[1]["parts"][1].contains("thoughtSignature"));
    Rig older;
    older.budget_model();
    EXPECT_FALSE(contents(older, messages)[1]["parts"][0].contains("thoughtSignature"));
}

TEST(GoogleMedia, GoesInlineOrByReference) {
    Rig rig;
    Message message = user("look");
    message.parts.emplace_back(ImagePart{.media_type = "image/jpeg", .data = "iVBORw0KGgo="});
    message.parts.emplace_back(ImagePart{.url = "https://a.example/b.PNG?x=1"});
    message.parts.emplace_back(AudioPart{.data = "AAAA", .format = "wav"});
    message.parts.emplace_back(FilePart{.media_type = "application/octet-stream", .data = "JVBERi0x"});
    message.parts.emplace_back(FilePart{.url = "gs://bucket/film.mp4"});
    message.parts.emplace_back(FilePart{.file_id = "files/abc"});
    const json parts = contents(rig, {message})[0]["parts"];
    EXPECT_EQ(parts[1], json::parse(R"({"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}})"));
    EXPECT_EQ(parts[2],
              json::parse(R"({"fileData":{"mimeType":"image/png","fileUri":"https://a.example/b.PNG?x=1"}})"));
    EXPECT_EQ(parts[3], json::parse(R"({"inlineData":{"mimeType":"audio/wav","data":"AAAA"}})"));
    EXPECT_EQ(parts[4], json::parse(R"({"inlineData":{"mimeType":"application/pdf","data":"JVBERi0x"}})"));
    EXPECT_EQ(parts[5], json::parse(R"({"fileData":{"mimeType":"video/mp4","fileUri":"gs://bucket/film.mp4"}})"));
    EXPECT_EQ(parts[6]["fileData"]["fileUri"], "https://generativelanguage.googleapis.com/v1beta/files/abc");
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[0].content[1]", AdaptAction::mapped));
}

TEST(GoogleMedia, OfOtherVendorsIsRefused) {
    Rig rig;
    Message message = user("look");
    message.parts.emplace_back(FilePart{.file_id = "file-abc"});
    EXPECT_EQ(rig.refused(conversation({message})), "messages[0].content[1]");
    message.parts[1] = ImagePart{.url = "s3://bucket/a.png"};
    EXPECT_EQ(rig.refused(conversation({message})), "messages[0].content[1]");
    message.parts[1] = FilePart{.data = "AAAA"};
    EXPECT_EQ(rig.refused(conversation({message})), "messages[0].content[1]");
}

TEST(GoogleMedia, OfAResultStandsInItWhereTheModelTakesIt) {
    Message answer = result("c1", "see");
    answer.parts.emplace_back(ImagePart{.media_type = "image/png", .data = "iVBORw0KGgo="});
    const std::vector<Message> messages{user("q"), assistant_turn({call("c1", "f", "{}"), call("c2", "f", "{}")}),
                                        answer, result("c2", "x")};
    Rig rig;
    rig.level_model();
    const json inside = contents(rig, messages)[2]["parts"];
    ASSERT_EQ(inside.size(), 2u);
    EXPECT_EQ(inside[0]["functionResponse"]["parts"][0]["inlineData"]["mimeType"], "image/png");
    Rig older;
    older.budget_model();
    const json behind = contents(older, messages)[2]["parts"];
    ASSERT_EQ(behind.size(), 3u);
    EXPECT_EQ(behind[2]["inlineData"]["mimeType"], "image/png");
}

}  // namespace
}  // namespace breakwater::testing_google
