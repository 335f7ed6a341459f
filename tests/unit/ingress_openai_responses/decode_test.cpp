#include <gtest/gtest.h>

#include "support.hpp"

namespace breakwater {
namespace {

using test::decode;
using test::decoded;
using test::json;
using test::request_with;

template <class Part>
const Part& part(const ChatRequest& request, std::size_t message, std::size_t index = 0) {
    return std::get<Part>(request.messages.at(message).parts.at(index));
}

ChatRequest with_input(const char* items) {
    return decoded({{"input", json::parse(items)}});
}

Error refused(const json& members) {
    const Result<ChatRequest> request = decode(request_with(members));
    EXPECT_FALSE(request);
    return request ? Error(ErrorKind::internal, "") : request.error();
}

TEST(ResponsesDecode, ReadsATextAsTheUsers) {
    const ChatRequest request = decoded({{"instructions", "Be brief."}});
    ASSERT_EQ(request.messages.size(), 2);
    EXPECT_EQ(request.messages[0].role, Role::system);
    EXPECT_EQ(part<TextPart>(request, 1).text, "hi");
    EXPECT_TRUE(request.own->instructions);
    EXPECT_TRUE(request.include_usage);
}

TEST(ResponsesDecode, FoldsWhatTheAssistantProducedIntoTurns) {
    const ChatRequest request = with_input(R"([
        {"role": "user", "content": [{"type": "input_text", "text": "a"},
                                     {"type": "input_image", "image_url": "data:image/png;base64,AA==", "detail": "low"}]},
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "t"}],
         "encrypted_content": "breakwater.signature:s"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "b", "annotations": []}]},
        {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "f", "arguments": "{}"},
        {"type": "custom_tool_call", "call_id": "c2", "name": "g", "input": "x"},
        {"type": "function_call_output", "call_id": "c1", "output": "1"},
        {"type": "custom_tool_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "2"}]},
        {"type": "message", "role": "assistant", "content": "c"},
        {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "u"}]},
        {"type": "message", "role": "assistant", "content": "d"}
    ])");
    ASSERT_EQ(request.messages.size(), 6);
    EXPECT_EQ(part<ImagePart>(request, 0, 1).detail, "low");
    EXPECT_EQ(part<ReasoningPart>(request, 1, 0).signature, "s");
    EXPECT_EQ(part<ReasoningPart>(request, 1, 0).text, "t");
    EXPECT_EQ(part<ToolCallPart>(request, 1, 2).id, "c1");
    EXPECT_TRUE(part<ToolCallPart>(request, 1, 3).custom);
    EXPECT_EQ(request.messages[2].tool_call_id, "c1");
    EXPECT_EQ(part<TextPart>(request, 3).text, "2");
    EXPECT_EQ(part<TextPart>(request, 4).text, "c");
    EXPECT_EQ(part<ReasoningPart>(request, 5, 0).text, "u");
    EXPECT_EQ(part<TextPart>(request, 5, 1).text, "d");
}

TEST(ResponsesDecode, KeepsItemsOfHostedToolsAndForeignReasoning) {
    const ChatRequest request = with_input(R"([
        {"type": "web_search_call", "id": "ws_1", "status": "completed"},
        {"type": "reasoning", "summary": [], "encrypted_content": "gAAAA"},
        {"type": "message", "role": "assistant", "content": "c"}
    ])");
    EXPECT_TRUE(request.own->items);
    EXPECT_EQ(part<NativeItemPart>(request, 0, 0).field, "input[0]");
    EXPECT_EQ(json::parse(part<NativeItemPart>(request, 0, 1).json)["encrypted_content"], "gAAAA");
    ASSERT_TRUE(request.sent);
    EXPECT_FALSE(request.sent->messages.empty());
}

TEST(ResponsesDecode, KeepsTheBytesThatMayGoOn) {
    std::string body = R"({"model":"m", "instructions": "x",  "input": [ {"role":"user","content":"\u0061"} ], "tools":
        [ {"type":"function","name":"f"} ]})";
    JsonReader reader;
    ChatRequest request;
    ASSERT_TRUE(openai_responses_ingress().decode(body, reader, request));
    ASSERT_TRUE(request.sent);
    EXPECT_EQ(request.sent->messages, R"([ {"role":"user","content":"\u0061"} ])");
    EXPECT_EQ(request.sent->tools, R"([ {"type":"function","name":"f"} ])");
    EXPECT_EQ(request.sent->system, "\"x\"");
    // An id is the gateway's own word for an item, and a seal is wrapped by it.
    EXPECT_FALSE(with_input(R"([{"type":"message","role":"assistant","id":"msg_1","content":"a"}])").sent);
    EXPECT_FALSE(with_input(R"([{"type":"reasoning","summary":[],"encrypted_content":"breakwater.signature:s"},
                               {"role":"assistant","content":"a"}])")
                     .sent);
}

TEST(ResponsesDecode, ReadsEveryParameter) {
    const ChatRequest request = decoded(json::parse(R"({
        "max_output_tokens": 50, "temperature": 1, "top_p": 0.5, "top_logprobs": 2, "store": false,
        "reasoning": {"effort": "high", "summary": "detailed", "context": "auto"},
        "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}, "strict": true},
                 "verbosity": "high"},
        "tools": [{"type": "function", "name": "f", "description": "d", "parameters": {"type": "object"}, "strict": false},
                  {"type": "custom", "name": "c", "format": {"type": "grammar", "syntax": "lark", "definition": "x"}},
                  {"type": "web_search", "search_context_size": "low"}],
        "tool_choice": {"type": "allowed_tools", "mode": "required",
                        "tools": [{"type": "function", "name": "f"}, {"type": "web_search"}]},
        "parallel_tool_calls": true, "metadata": {"k": "v"}, "user": "u", "safety_identifier": "s",
        "prompt_cache_key": "p", "service_tier": "flex", "truncation": "auto", "max_tool_calls": 3,
        "include": ["reasoning.encrypted_content", "web_search_call.results", "message.output_text.logprobs"],
        "stream": true, "stream_options": {"include_obfuscation": false}, "vendor_word": 1
    })"));
    EXPECT_EQ(request.max_tokens, 50);
    EXPECT_EQ(request.logprobs, true);
    EXPECT_EQ(request.reasoning.effort, ReasoningEffort::high);
    EXPECT_EQ(request.reasoning.summary, "detailed");
    EXPECT_EQ(request.response_format.schema, R"({"type":"object"})");
    EXPECT_EQ(request.verbosity, "high");
    EXPECT_EQ(request.tools[0].strict, false);
    EXPECT_EQ(request.tools[1].definition, R"({"type":"grammar","grammar":{"syntax":"lark","definition":"x"}})");
    EXPECT_EQ(request.tools[2].kind, Tool::Kind::hosted);
    EXPECT_EQ(request.tool_choice.allowed, (std::vector<std::string>{"f", "web_search"}));
    EXPECT_TRUE(request.own->input.empty());
    const std::vector<std::pair<std::string, JsonText>> own{{"reasoning", R"({"context":"auto"})"},
                                                            {"truncation", "\"auto\""},
                                                            {"max_tool_calls", "3"},
                                                            {"include", R"(["web_search_call.results"])"}};
    EXPECT_TRUE(std::ranges::is_permutation(request.own->members, own));
    EXPECT_EQ(request.extensions.size(), 1);
}

TEST(ResponsesDecode, KeepsTheItemsOfATurnThatIsToBeStored) {
    EXPECT_EQ(decoded(json::object()).own->input, R"([{"type":"message","role":"user","content":"hi"}])");
}

TEST(ResponsesDecode, PutsEarlierTurnsBeforeThisOne) {
    ChatRequest request = decoded({{"instructions", "x"}, {"previous_response_id", "resp_1"}});
    EXPECT_EQ(request.own->previous_response_id, "resp_1");
    JsonReader reader;
    const std::vector<std::string> earlier{
        R"([{"role":"user","content":"before"}])",
        R"({"output":[{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"said"}]}]})"};
    ASSERT_TRUE(openai_responses_ingress().go_on(earlier, reader, request));
    ASSERT_EQ(request.messages.size(), 4);
    EXPECT_EQ(part<TextPart>(request, 0).text, "x");
    EXPECT_EQ(part<TextPart>(request, 1).text, "before");
    EXPECT_EQ(part<TextPart>(request, 2).text, "said");
    EXPECT_FALSE(request.sent);
}

TEST(ResponsesDecode, NamesWhatIsWrong) {
    struct Case {
        json members;
        std::string param;
        std::string words;
    };
    const std::vector<Case> cases{
        {{{"input", 1}}, "input", "a string or an array of items"},
        {{{"input", json::array()}}, "input", "at least one item"},
        {{{"input", {{{"type", "item_reference"}, {"id", "msg_1"}}}}}, "input[0].type", "send the item itself"},
        {{{"input", {{{"type", "fancy"}}}}}, "input[0].type", "one of message"},
        {{{"input", {{{"role", "user"}}}}}, "input[0].content", "required"},
        {{{"input", {{{"role", "tool"}, {"content", "x"}}}}}, "input[0].role", "one of user"},
        {{{"input", {{{"role", "user"}, {"content", {{{"type", "text"}}}}}}}},
         "input[0].content[0].type",
         "one of input_text"},
        {{{"input", {{{"type", "function_call"}, {"name", "f"}}}}}, "input[0].call_id", "required"},
        {{{"input", {{{"role", "user"}, {"content", {{{"type", "input_image"}, {"file_id", "f"}}}}}}}},
         "input[0].content[0].file_id",
         "send image_url"},
        {{{"background", true}}, "background", "use `stream`"},
        {{{"conversation", "conv_1"}}, "conversation", "keeps no conversations"},
        {{{"prompt", {{"id", "p"}}}}, "prompt", "no stored prompts"},
        {{{"tools", {{{"type", "function"}}}}}, "tools[0].name", "required"},
        {{{"tool_choice", "required"}}, "tool_choice", "only together with tools"},
        {{{"tools", {{{"type", "mcp"}}}}, {"tool_choice", {{"type", "mcp"}, {"server_label", "s"}}}},
         "tool_choice.server_label",
         "leave it out"},
        {{{"text", {{"format", {{"type", "xml"}}}}}}, "text.format.type", "one of text"},
        {{{"reasoning", {{"effort", "huge"}}}}, "reasoning.effort", "one of none"},
        {{{"truncation", "some"}}, "truncation", "one of disabled"},
        {{{"model", ""}}, "model", "the name of a model"},
    };
    for (const Case& one : cases) {
        const Error error = refused(one.members);
        EXPECT_EQ(error.param, one.param) << one.members;
        EXPECT_NE(error.message.find(one.words), std::string::npos) << error.message;
    }
}

}  // namespace
}  // namespace breakwater
