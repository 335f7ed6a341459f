#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/exchange/chat_operation.hpp"
#include "breakwater/exchange/upstream_request.hpp"

// What only the client's dialect can say reaches the provider, or the client is told that it does not (C7): every
// provider, every such word.

namespace breakwater {
namespace {

struct Place {
    std::string_view dialect;
    std::string_view model;
};
constexpr std::array kPlaces{Place{"openai", "m"},
                             Place{"openai.responses", "m"},
                             Place{"anthropic", "claude-test"},
                             Place{"google", "gemini-3-pro"},
                             Place{"google", "gemini-1.5-pro"},
                             Place{"vertex", "gemini-2.5-flash"},
                             Place{"vertex", "claude-opus-4-1"},
                             Place{"bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0"},
                             Place{"bedrock", "amazon.nova-lite-v1:0"},
                             Place{"cohere", "m"},
                             Place{"ollama", "m"},
                             Place{"sim", "chat"}};

struct Word {
    std::string_view client;
    const char* body;
    std::string_view sent;   ///< what an upstream body holds that has it
    std::string_view field;  ///< what the client is told of otherwise
};
/// All that the tool has returned is a block of the dialect's.
const Word kLoneReference{"anthropic.messages",
                          R"({"model":"r","max_tokens":9,"messages":[{"role":"user","content":"hi"},
        {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""},
            {"type":"tool_use","id":"t","name":"f","input":{}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[
            {"type":"tool_reference","tool_name":"f"}]}]}],
        "tools":[{"name":"f","input_schema":{"type":"object"}}]})",
                          "tool_reference", "messages[2].content[0].content[0]"};
const std::vector<Word> kWords{
    {"anthropic.messages", R"({"model":"r","max_tokens":9,"messages":[{"role":"user","content":"hi"}],
        "tools":[{"name":"f","input_schema":{"type":"object"}},
                 {"name":"g","input_schema":{"type":"object"},"defer_loading":true}]})",
     "defer_loading", "tools[1].defer_loading"},
    {"anthropic.messages", R"({"model":"r","max_tokens":9,"messages":[{"role":"user","content":"hi"}],
        "tools":[{"name":"f","input_schema":{"type":"object"},"input_examples":[{"a":1}]}]})",
     "input_examples", "tools[0].input_examples"},
    {"anthropic.messages", R"({"model":"r","max_tokens":9,"messages":[{"role":"user","content":"hi"}],
        "tools":[{"name":"f","input_schema":{"type":"object"},"defer_loading":true,"input_examples":[{"a":1}]}]})",
     "input_examples", "tools[0].input_examples"},
    {"anthropic.messages", R"({"model":"r","max_tokens":9,"messages":[{"role":"user","content":"hi"},
        {"role":"assistant","content":[
            {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}},
            {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]},
            {"type":"text","text":"So."}]},
        {"role":"user","content":"And?"}]})",
     "srvtoolu_1", "messages[1].content[0]"},
    // Thinking without a seal has the history written anew, for Anthropic as well.
    {"anthropic.messages", R"({"model":"r","max_tokens":9,"messages":[{"role":"user","content":"hi"},
        {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""},
            {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}},
            {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]},
            {"type":"text","text":"So."}]},
        {"role":"user","content":"And?"}]})",
     "srvtoolu_1", "messages[1].content[1]"},
    {"anthropic.messages", R"({"model":"r","max_tokens":9,"messages":[{"role":"user","content":"hi"},
        {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""},
            {"type":"tool_use","id":"t","name":"f","input":{}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[
            {"type":"text","text":"found"},{"type":"tool_reference","tool_name":"f"}]}]}],
        "tools":[{"name":"f","input_schema":{"type":"object"}}]})",
     "tool_reference", "messages[2].content[0].content[1]"},
    {"anthropic.messages", R"({"model":"r","max_tokens":9,"messages":[{"role":"user","content":[
        {"type":"document","source":{"type":"text","media_type":"text/plain","data":"So."},
         "citations":{"enabled":true}},{"type":"text","text":"hi"}]}]})",
     "citations", "messages[0].content[0].citations"},
    {"anthropic.messages", R"({"model":"r","max_tokens":9,"messages":[{"role":"user","content":[
        {"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"So."}],
         "citations":{"enabled":true}},{"type":"text","text":"hi"}]}]})",
     "citations", "messages[0].content[0].citations"},
    {"anthropic.messages", R"({"model":"r","max_tokens":9,"system":[{"type":"text","text":"Be."},{"type":"newer_1"}],
        "messages":[{"role":"user","content":"hi"}]})",
     "newer_1", "system[1]"},
    kLoneReference,
    {"google.generate", R"({"contents":[{"role":"user","parts":[{"text":"hi"}]},
        {"role":"model","parts":[{"toolCall":{"id":"step_1","toolType":"GOOGLE_SEARCH_WEB"}},
            {"toolResponse":{"id":"step_1","toolType":"GOOGLE_SEARCH_WEB"}},{"text":"So."}]},
        {"role":"user","parts":[{"text":"And?"}]}]})",
     "step_1", "contents[1].parts[0]"},
    // A turn without a role has the history written anew, for Google as well.
    {"google.generate", R"({"contents":[{"parts":[{"text":"hi"}]},
        {"role":"model","parts":[{"tool_call":{"id":"step_1"}},{"text":"So."}]},
        {"role":"user","parts":[{"text":"And?"}]}]})",
     "step_1", "contents[1].parts[0]"},
    {"google.generate", R"({"contents":[{"parts":[{"text":"hi"}]},
        {"role":"model","parts":[{"functionResponse":{"name":"own","response":{"said":"step_1"}}},{"text":"So."}]},
        {"role":"user","parts":[{"text":"And?"}]}]})",
     "step_1", "contents[1].parts[0]"},
    {"google.generate", R"({"contents":[{"role":"user","parts":[
        {"text":"hi","partMetadata":{"of":"part_1"}}]}]})",
     "part_1", "contents[0].parts[0].partMetadata"},
    {"google.generate", R"({"systemInstruction":{"parts":[{"text":"Be.","partMetadata":{"of":"part_1"}}]},
        "contents":[{"role":"user","parts":[{"text":"hi"}]}]})",
     "part_1", "systemInstruction.parts[0].partMetadata"},
    {"google.generate", R"({"systemInstruction":[{"text":"Be.","partMetadata":{"of":"part_1"}}],
        "contents":[{"role":"user","parts":[{"text":"hi"}]}]})",
     "part_1", "systemInstruction[0].partMetadata"},
    {"google.generate", R"({"contents":[{"parts":[{"text":"hi","partMetadata":{"of":"part_1"}}]}]})", "part_1",
     "contents[0].parts[0].partMetadata"},
    {"google.generate", R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}],"tools":[{"functionDeclarations":[
        {"name":"f","parametersJsonSchema":{"type":"object"},"responseJsonSchema":{"title":"said_1"}}]}]})",
     "said_1", "tools[0].functionDeclarations[0].responseJsonSchema"},
    {"google.generate", R"({"contents":[{"role":"user","parts":[{"text":"hi"}]},
        {"role":"model","parts":[{"functionCall":{"name":"f","args":{}},"partMetadata":{"of":"part_1"}}]},
        {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"x"}}}]}]})",
     "part_1", "contents[1].parts[0].partMetadata"},
    {"google.generate", R"({"contents":[{"role":"user","parts":[{"text":"hi"}]},
        {"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},
        {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"x"},"scheduling":"IDLE_1"}}]}]})",
     "IDLE_1", "contents[2].parts[0].functionResponse.scheduling"},
    {"openai.responses", R"({"model":"r","input":[{"role":"user","content":"hi"},
        {"type":"web_search_call","id":"ws_1","status":"completed"},
        {"role":"assistant","content":"So."},{"role":"user","content":"And?"}]})",
     "ws_1", "input[1]"},
};

struct Sent {
    std::string body;  ///< empty where the request was refused
    std::string param;
    Adaptations adapted{};
};

Sent send(const Word& word, const Place& place, config::AdaptMode mode) {
    const ProviderModule& module = *find_provider_module(place.dialect);
    config::Provider settings{.name = "p", .dialect = std::string(place.dialect), .base_url = "http://127.0.0.1:1"};
    settings.aws.region = "us-east-1";
    settings.google.project = "project";
    settings.google.location = "global";
    const auto provider = module.make(settings);
    Deployment deployment{.name = "d", .provider = "p", .model = std::string(place.model)};
    deployment.capabilities =
        module.model_capabilities != nullptr ? module.model_capabilities(deployment.model) : module.capabilities();
    ChatOperation operation(*find_ingress(word.client));
    operation.request().model = "r";
    std::string body = word.body;
    JsonReader reader;
    const auto decoded = operation.decode(body, reader);
    EXPECT_TRUE(decoded) << decoded.error().message;
    Sent sent;
    std::unique_ptr<ResponseDecoder> decoder;
    const Credential credential{.secret = Secret("key")};
    const auto request =
        make_upstream_request(operation, deployment, *provider, mode, credential, WallTime(), sent.adapted, decoder);
    if (request) {
        sent.body = request->body;
    } else {
        sent.param = request.error().param;
    }
    return sent;
}

bool is_listed(const Adaptations& adapted, std::string_view field) {
    return std::ranges::any_of(adapted.list(), [field](const Adaptation& each) {
        return each.field == field && each.action == AdaptAction::dropped;
    });
}

TEST(OwnWords, EveryDialectIsAsked) {
    for (const ProviderModule& module : all_provider_modules())
        EXPECT_NE(std::ranges::find(kPlaces, module.dialect, &Place::dialect), kPlaces.end())
            << "kPlaces lacks the dialect " << module.dialect;
}

TEST(OwnWords, ReachTheProviderOrAreListed) {
    std::size_t reached = 0;
    for (const Word& word : kWords) {
        for (const Place& place : kPlaces) {
            const Sent sent = send(word, place, config::AdaptMode::adapt);
            ASSERT_NE(sent.body, "") << word.field << " at " << place.dialect << ": refused for " << sent.param;
            const bool there = sent.body.contains(word.sent);
            reached += there ? 1 : 0;
            EXPECT_NE(there, is_listed(sent.adapted, word.field))
                << word.field << " at " << place.dialect << " " << place.model << ": " << sent.body << "\n"
                << sent.adapted.header_value();
        }
    }
    // Each has a provider that knows it.
    EXPECT_GE(reached, kWords.size());
}

TEST(OwnWords, AreRefusedWhereNothingMayBeLost) {
    for (const Word& word : kWords) {
        const Sent sent = send(word, {"cohere", "m"}, config::AdaptMode::strict);
        EXPECT_EQ(sent.body, "");
        EXPECT_EQ(sent.param, word.field);
    }
}

// A model that cannot be held to a schema beside tools is told it in the system text, which is written anew then.
TEST(OwnWords, WithinASystemTextThatIsAddedTo) {
    for (const std::string_view name : {"systemInstruction", "system_instruction"}) {
        const std::string body = "{\"" + std::string(name) +
                                 R"(":{"parts":[{"text":"Be.","partMetadata":{"of":"part_1"}}]},
            "contents":[{"role":"user","parts":[{"text":"hi"}]}],"tools":[{"functionDeclarations":[{"name":"f"}]}],
            "generationConfig":{"responseMimeType":"application/json","responseSchema":{"title":"schema_1"}}})";
        const std::string field = std::string(name) + ".parts[0].partMetadata";
        const Word word{"google.generate", body.c_str(), "part_1", field};
        for (const Place& place : {Place{"google", "gemini-1.5-pro"}, Place{"vertex", "gemini-2.5-flash"}}) {
            const Sent sent = send(word, place, config::AdaptMode::adapt);
            EXPECT_TRUE(sent.body.contains("schema_1")) << place.model << ": refused for " << sent.param;
            EXPECT_TRUE(sent.body.contains("Be.")) << sent.body;
            EXPECT_FALSE(sent.body.contains("part_1")) << sent.body;
            EXPECT_TRUE(is_listed(sent.adapted, field)) << place.model << ": " << sent.adapted.header_value();
        }
        const Sent held = send(word, {"google", "gemini-3-pro"}, config::AdaptMode::adapt);
        EXPECT_TRUE(held.body.contains("part_1")) << held.body;
        EXPECT_FALSE(is_listed(held.adapted, field)) << held.adapted.header_value();
    }
}

TEST(OwnWords, ACallStaysAnsweredWhenAllOfItsResultIsLeftOut) {
    const Sent chat = send(kLoneReference, {"openai", "m"}, config::AdaptMode::adapt);
    EXPECT_TRUE(chat.body.contains(R"("tool_call_id":"t")")) << chat.body;
    const Sent responses = send(kLoneReference, {"openai.responses", "m"}, config::AdaptMode::adapt);
    EXPECT_TRUE(responses.body.contains("function_call_output")) << responses.body;
    const Sent converse = send(kLoneReference, {"bedrock", "amazon.nova-lite-v1:0"}, config::AdaptMode::adapt);
    EXPECT_FALSE(converse.body.contains("no result")) << converse.body;
}

TEST(OwnWords, ARequestOfNothingElseIsRefused) {
    const Word upload{"anthropic.messages", R"({"model":"r","max_tokens":9,"system":"Be.","messages":[
        {"role":"user","content":[{"type":"container_upload","file_id":"file_1"}]}]})",
                      "file_1", "messages[0].content[0]"};
    const Sent sent = send(upload, {"openai", "m"}, config::AdaptMode::drop);
    EXPECT_EQ(sent.body, "");
    EXPECT_EQ(sent.param, upload.field);
    EXPECT_TRUE(send(upload, {"anthropic", "claude-test"}, config::AdaptMode::drop).body.contains(upload.sent));
}

TEST(OwnWords, WhatWasSaidBesideThemStays) {
    for (const Place& place : kPlaces) {
        const Sent sent = send(kWords[3], place, config::AdaptMode::adapt);
        EXPECT_TRUE(sent.body.contains("So.")) << place.dialect;
        EXPECT_TRUE(sent.body.contains("And?")) << place.dialect;
    }
}

}  // namespace
}  // namespace breakwater
