#include <gtest/gtest.h>

#include "encode_support.hpp"

namespace breakwater::test {
namespace {

Json messages(Encoder& encoder, std::vector<Message> list) {
    return encoder.body(request_with(std::move(list)))["messages"];
}

Message assistant_call(std::string id, std::string arguments) {
    return {.role = Role::assistant,
            .parts = {ToolCallPart{.id = std::move(id), .name = "get", .arguments = std::move(arguments)}}};
}

Message tool_result(std::string id) {
    Message message = text_message(Role::tool, "sunny");
    message.tool_call_id = std::move(id);
    return message;
}

TEST(OpenaiEncodeMessages, KeepsBareStringsBare) {
    Encoder encoder = openai_encoder();
    EXPECT_EQ(messages(encoder, {text_message(Role::system, "Be brief."), text_message(Role::user, "Hi \"there\"\n")}),
              Json::parse(R"([{"role":"system","content":"Be brief."},{"role":"user","content":"Hi \"there\"\n"}])"));
}

TEST(OpenaiEncodeMessages, KeepsListsOfPartsForOpenaiAndFlattensOneTextForOthers) {
    Encoder official = openai_encoder();
    Encoder other;
    Message message = text_message(Role::user, "Hi");
    message.plain = false;
    EXPECT_EQ(messages(official, {message})[0]["content"], Json::parse(R"([{"type":"text","text":"Hi"}])"));
    EXPECT_EQ(messages(other, {message})[0]["content"], "Hi");
}

TEST(OpenaiEncodeMessages, WritesImagesAudioAndFiles) {
    Encoder encoder = openai_encoder();
    const Message message{
        .role = Role::user,
        .parts = {TextPart{.text = "What is this?"}, ImagePart{.url = "https://e.example/a.png", .detail = "low"},
                  ImagePart{.media_type = "image/png", .data = "iVBO"}, AudioPart{.data = "UklG", .format = "wav"},
                  FilePart{.filename = "a.pdf", .media_type = "application/pdf", .data = "JVBE"},
                  FilePart{.file_id = "file-1"}}};
    EXPECT_EQ(messages(encoder, {message})[0]["content"], Json::parse(R"([
        {"type":"text","text":"What is this?"},
        {"type":"image_url","image_url":{"url":"https://e.example/a.png","detail":"low"}},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}},
        {"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}},
        {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}},
        {"type":"file","file":{"file_id":"file-1"}}])"));
}

TEST(OpenaiEncodeMessages, RefusesFilesByUrlUnlessTheVendorTakesThem) {
    const Message message{.role = Role::user, .parts = {FilePart{.url = "https://e.example/a.pdf"}}};
    Encoder encoder = openai_encoder();
    const auto refused = encoder.encode(request_with({message}));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::unsupported_parameter);
    EXPECT_EQ(refused.error().param, "messages[0].content[0]");

    Encoder openrouter("https://openrouter.ai/api/v1");
    EXPECT_EQ(messages(openrouter, {message})[0]["content"][0]["file"]["file_data"], "https://e.example/a.pdf");
}

TEST(OpenaiEncodeMessages, WritesToolCallsAndResultsWithTheirIds) {
    Encoder encoder = openai_encoder();
    EXPECT_EQ(messages(encoder, {assistant_call("call_1", R"({"a": 1})"), tool_result("call_1")}), Json::parse(R"([
        {"role":"assistant","content":null,"tool_calls":[
            {"id":"call_1","type":"function","function":{"name":"get","arguments":"{\"a\": 1}"}}]},
        {"role":"tool","tool_call_id":"call_1","content":"sunny"}])"));
}

TEST(OpenaiEncodeMessages, GivesCallsWithoutArgumentsAnEmptyObject) {
    Encoder encoder;
    EXPECT_EQ(messages(encoder, {assistant_call("call_1", "")})[0]["tool_calls"][0]["function"]["arguments"], "{}");
}

TEST(OpenaiEncodeMessages, WritesCustomCalls) {
    Encoder encoder = openai_encoder();
    const Message message{.role = Role::assistant,
                          .parts = {ToolCallPart{.id = "c1", .name = "run", .arguments = "x = 1", .custom = true}}};
    EXPECT_EQ(messages(encoder, {message})[0]["tool_calls"][0],
              Json::parse(R"({"id":"c1","type":"custom","custom":{"name":"run","input":"x = 1"}})"));
}

TEST(OpenaiEncodeMessages, ReplacesIdsThatTheVendorRefusesTheSameWayInCallAndResult) {
    const std::string foreign(64, 'x');
    Encoder official = openai_encoder();
    const Json mapped = messages(official, {assistant_call(foreign, "{}"), tool_result(foreign)});
    const std::string id = mapped[0]["tool_calls"][0]["id"];
    EXPECT_LE(id.size(), 40u);
    EXPECT_EQ(mapped[1]["tool_call_id"], id);

    Encoder mistral("https://api.mistral.ai/v1");
    const Json short_ids = messages(mistral, {assistant_call("call_1", "{}"), tool_result("call_1")});
    EXPECT_EQ(short_ids[0]["tool_calls"][0]["id"].get<std::string>().size(), 9u);
    EXPECT_EQ(short_ids[1]["tool_call_id"], short_ids[0]["tool_calls"][0]["id"]);
    EXPECT_EQ(messages(mistral, {tool_result("D681PevKs")})[0]["tool_call_id"], "D681PevKs");
}

TEST(OpenaiEncodeMessages, SendsDeveloperMessagesAsSystemMessagesOutsideOpenai) {
    Encoder official = openai_encoder();
    EXPECT_EQ(messages(official, {text_message(Role::developer, "x")})[0]["role"], "developer");
    Encoder other;
    EXPECT_EQ(messages(other, {text_message(Role::developer, "x")})[0]["role"], "system");
    EXPECT_EQ(other.adapted.header_value(), "messages[0].role=mapped");
}

TEST(OpenaiEncodeMessages, DropsNamesWhereTheyAreRefused) {
    Message message = text_message(Role::user, "Hi");
    message.name = "ann";
    Encoder other;
    EXPECT_EQ(messages(other, {message})[0]["name"], "ann");
    Encoder groq("https://api.groq.com/openai/v1");
    EXPECT_FALSE(messages(groq, {message})[0].contains("name"));
    EXPECT_EQ(groq.adapted.header_value(), "messages[0].name=dropped");
    groq.mode = config::AdaptMode::strict;
    EXPECT_FALSE(groq.encode(request_with({message})).has_value());
}

Message thinking_turn() {
    return {.role = Role::assistant,
            .parts = {ReasoningPart{.text = "Hm.", .signature = "sig"}, ReasoningPart{.redacted = "opaque"},
                      TextPart{.text = "Hi"}},
            .plain = true};
}

TEST(OpenaiEncodeMessages, ReplaysReasoningInTheWordsOfTheVendor) {
    Encoder official = openai_encoder();
    EXPECT_EQ(messages(official, {thinking_turn()})[0], Json::parse(R"({"role":"assistant","content":"Hi"})"));
    Encoder other;
    EXPECT_EQ(messages(other, {thinking_turn()})[0]["reasoning_content"], "Hm.");
    Encoder openrouter("https://openrouter.ai/api/v1");
    EXPECT_EQ(messages(openrouter, {thinking_turn()})[0]["reasoning_details"], Json::parse(R"([
        {"type":"reasoning.text","text":"Hm.","signature":"sig","index":0},
        {"type":"reasoning.encrypted","data":"opaque","index":1}])"));
}

TEST(OpenaiEncodeMessages, ReplaysReasoningToDeepseekOnlyInTheRunningToolLoop) {
    Encoder encoder("https://api.deepseek.com");
    const Message user = text_message(Role::user, "Go on");
    const Json list = messages(encoder, {user, thinking_turn(), user, thinking_turn()});
    EXPECT_FALSE(list[1].contains("reasoning_content"));
    EXPECT_EQ(list[3]["reasoning_content"], "Hm.");
}

TEST(OpenaiEncodeMessages, PassesCacheHintsOnlyToDeploymentsThatUnderstandThem) {
    const Message message{.role = Role::user,
                          .parts = {TextPart{.text = "Hi", .cache_control = R"({"type":"ephemeral"})"}}};
    Encoder encoder;
    EXPECT_EQ(messages(encoder, {message})[0]["content"], "Hi");
    encoder.deployment.capabilities.set(Feature::prompt_caching, Support::native);
    EXPECT_EQ(messages(encoder, {message})[0]["content"],
              Json::parse(R"([{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}])"));
}

TEST(OpenaiEncodeMessages, RefusesImagesInToolResultsUnlessToldToDrop) {
    Message message{.role = Role::tool, .parts = {TextPart{.text = "see"}, ImagePart{.url = "https://e.example/a"}}};
    message.tool_call_id = "call_1";
    Encoder encoder = openai_encoder();
    EXPECT_FALSE(encoder.encode(request_with({message})).has_value());
    encoder.mode = config::AdaptMode::drop;
    EXPECT_EQ(messages(encoder, {message})[0]["content"], Json::parse(R"([{"type":"text","text":"see"}])"));
    EXPECT_EQ(encoder.adapted.header_value(), "messages[0].content[1]=dropped");
}

TEST(OpenaiEncodeMessages, MarksAPrefilledAnswerForMistral) {
    Encoder encoder("https://api.mistral.ai/v1");
    const Json list = messages(encoder, {text_message(Role::user, "Hi"), text_message(Role::assistant, "Well")});
    EXPECT_EQ(list[1], Json::parse(R"({"role":"assistant","content":"Well","prefix":true})"));
}

TEST(OpenaiEncodeMessages, MarksThePrefilledRequestForChatTemplates) {
    Encoder encoder;
    encoder.quirks.emplace().prefill = config::Prefill::final_message;
    ChatRequest request = request_with({text_message(Role::user, "Hi"), text_message(Role::assistant, "Well")});
    Json body = encoder.body(request);
    EXPECT_EQ(body["continue_final_message"], true);
    EXPECT_EQ(body["add_generation_prompt"], false) << "one excludes the other";
    EXPECT_EQ(body["messages"][1], Json::parse(R"({"role":"assistant","content":"Well"})"));
    request.extensions = {{"continue_final_message", "false"}};
    body = encoder.body(request);
    EXPECT_EQ(body["continue_final_message"], false) << "the client knows the server";
    EXPECT_FALSE(body.contains("add_generation_prompt"));
    request = request_with({text_message(Role::user, "Hi")});
    EXPECT_FALSE(encoder.body(request).contains("continue_final_message"));
}

}  // namespace
}  // namespace breakwater::test
