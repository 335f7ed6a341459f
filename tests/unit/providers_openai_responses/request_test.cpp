#include "provider_answers.hpp"
#include "providers/openai_responses/module.hpp"

namespace breakwater {
namespace {

using namespace test;

class ResponsesRequest : public testing::Test {
protected:
    ProviderRig rig{openai_responses_module()};

    /// As on the request path: bent to the capability map first.
    json adapted_body(const ChatRequest& request) {
        Adaptations bent_notes;
        BentRequest bent(request);
        EXPECT_TRUE(adapt_request(bent, rig.deployment.capabilities, rig.deployment.facts, rig.mode, bent_notes));
        json body = rig.body(bent.get());
        for (const Adaptation& entry : rig.adapted.list()) bent_notes.add(entry.field, entry.action);
        rig.adapted = bent_notes;
        return body;
    }
};

TEST_F(ResponsesRequest, AsksForOneAnswerThatIsNotStored) {
    ChatRequest request = ask("Hi");
    request.stream = true;
    const Result<HttpRequest> http = rig.encode(request);
    ASSERT_TRUE(http);
    EXPECT_EQ(http->method, "POST");
    EXPECT_EQ(http->target, "/responses");
    EXPECT_EQ(http->headers.get("authorization"), "Bearer test-key-0001");
    EXPECT_EQ(http->headers.get("accept"), "text/event-stream");
    EXPECT_EQ(json::parse(http->body),
              json::parse(R"({"model":"m-1","input":[{"role":"user","content":"Hi"}],"store":false,"stream":true})"));
}

TEST_F(ResponsesRequest, TheConfigurationChoosesTheHeaderOfTheKey) {
    rig.settings.quirks.key_header = config::KeyHeader::api_key;
    rig.settings.headers = {{"x-team", "a"}};
    const Result<HttpRequest> http = rig.encode(ask("Hi"));
    ASSERT_TRUE(http);
    EXPECT_EQ(http->headers.get("api-key"), "test-key-0001");
    EXPECT_FALSE(http->headers.find("authorization"));
    EXPECT_EQ(http->headers.get("x-team"), "a");
}

TEST_F(ResponsesRequest, GoesToAzureInItsForms) {
    rig.settings.quirks.urls = config::UrlForm::azure;
    const auto target = [this](std::string base_url, std::string api_version) {
        rig.settings.base_url = "https://res.openai.azure.com" + base_url;
        rig.settings.api_version = std::move(api_version);
        const Result<HttpRequest> http = rig.encode(ask("Hi"));
        return http ? http->target : "(refused)";
    };
    EXPECT_EQ(target("", ""), "/openai/v1/responses");
    EXPECT_EQ(target("", "preview"), "/openai/v1/responses?api-version=preview");
    EXPECT_EQ(target("/openai", ""), "/v1/responses");
    EXPECT_EQ(target("/openai/v1", ""), "/responses");
    // Dated versions have this operation below the resource, not below its deployments.
    EXPECT_EQ(target("", "2025-03-01-preview"), "/openai/responses?api-version=2025-03-01-preview");
    EXPECT_EQ(target("/openai", "2025-03-01-preview"), "/responses?api-version=2025-03-01-preview");
}

TEST_F(ResponsesRequest, KeepsRolesAndTheirOrder) {
    ChatRequest request;
    request.messages = {system_says("S"), user("U"), message(Role::developer, "D"), assistant("A"), user("V")};
    EXPECT_EQ(rig.body(request)["input"], json::parse(R"([{"role":"system","content":"S"},{"role":"user","content":"U"},
        {"role":"developer","content":"D"},{"role":"assistant","content":"A"},{"role":"user","content":"V"}])"));
}

TEST_F(ResponsesRequest, SaysPartsInItsOwnWords) {
    Message message{.role = Role::user};
    message.parts = {TextPart{.text = "T"},
                     ImagePart{.url = "https://e.x/a.png", .detail = "low"},
                     ImagePart{.media_type = "image/png", .data = "AAAA"},
                     FilePart{.file_id = "file-1"},
                     FilePart{.url = "https://e.x/a.pdf"},
                     FilePart{.media_type = "application/pdf", .data = "BBBB"},
                     AudioPart{.data = "CCCC", .format = "wav"}};
    EXPECT_EQ(rig.body({.messages = {message}})["input"][0]["content"], json::parse(R"([
        {"type":"input_text","text":"T"},
        {"type":"input_image","image_url":"https://e.x/a.png","detail":"low"},
        {"type":"input_image","image_url":"data:image/png;base64,AAAA"},
        {"type":"input_file","file_id":"file-1"},
        {"type":"input_file","file_url":"https://e.x/a.pdf"},
        {"type":"input_file","filename":"file.pdf","file_data":"data:application/pdf;base64,BBBB"},
        {"type":"input_audio","input_audio":{"data":"CCCC","format":"wav"}}])"));
}

TEST_F(ResponsesRequest, LinksCallsAndResults) {
    ToolCallPart custom = call("call_2", "sh", "ls");
    custom.custom = true;
    Message picture{.role = Role::tool, .tool_call_id = "call_2"};
    picture.parts = {TextPart{.text = "a"}, ImagePart{.media_type = "image/png", .data = "AAAA"}};
    ChatRequest request = ask("go");
    request.messages.push_back(assistant_turn({TextPart{.text = "Wait"}, call("call_1", "f", ""), custom}));
    request.messages.push_back(result("call_1", "1"));
    request.messages.push_back(picture);
    const json input = rig.body(request)["input"];
    EXPECT_EQ(input[1], json::parse(R"({"role":"assistant","content":"Wait"})"));
    EXPECT_EQ(input[2], json::parse(R"({"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"})"));
    EXPECT_EQ(input[3], json::parse(R"({"type":"custom_tool_call","call_id":"call_2","name":"sh","input":"ls"})"));
    EXPECT_EQ(input[4], json::parse(R"({"type":"function_call_output","call_id":"call_1","output":"1"})"));
    EXPECT_EQ(input[5], json::parse(R"({"type":"custom_tool_call_output","call_id":"call_2","output":[
        {"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:image/png;base64,AAAA"}]})"));
}

TEST_F(ResponsesRequest, LongIdsOfOtherProvidersStayLinked) {
    const std::string id(200, 'x');
    ChatRequest request = ask("go");
    request.messages.push_back(assistant_turn({call(id, "f", "{}"), call("a b", "f", "{}")}));
    request.messages.push_back(result(id, "1"));
    const json input = rig.body(request)["input"];
    EXPECT_LE(input[1]["call_id"].get<std::string>().size(), 64u);
    EXPECT_EQ(input[1]["call_id"], input[3]["call_id"]);
    EXPECT_NE(input[1]["call_id"], input[2]["call_id"]);
}

TEST_F(ResponsesRequest, RefusalsAreGivenBackAsSuch) {
    ChatRequest request = ask("go");
    request.messages.push_back(assistant_turn({RefusalPart{.text = "No."}}));
    EXPECT_EQ(rig.body(request)["input"][1],
              json::parse(R"({"role":"assistant","content":[{"type":"refusal","refusal":"No."}]})"));
}

TEST_F(ResponsesRequest, ToolsAreFlatAndNotStrictUnlessAsked) {
    ChatRequest request = ask("go");
    Tool strict = function("g.h");
    strict.strict = true;
    strict.description = "D";
    Tool bare{.name = "b"};
    Tool custom{.kind = Tool::Kind::custom, .name = "c"};
    custom.definition = R"({"type":"grammar","grammar":{"syntax":"lark","definition":"start: X"}})";
    Tool hosted{.kind = Tool::Kind::hosted, .name = "code_interpreter"};
    hosted.definition = R"({"type":"code_interpreter","container":{"type":"auto"}})";
    request.tools = {function("f"), strict, bare, custom, hosted};
    request.tool_choice = {.mode = ToolChoice::Mode::required, .allowed = {"f", "c", "code_interpreter"}};
    request.parallel_tool_calls = false;
    const json body = rig.body(request);
    EXPECT_EQ(body["tools"], json::parse(R"([
        {"type":"function","name":"f","parameters":{"type":"object","properties":{}},"strict":false},
        {"type":"function","name":"g_h","description":"D","parameters":{"type":"object","properties":{}},"strict":true},
        {"type":"function","name":"b","parameters":{"type":"object","properties":{}},"strict":false},
        {"type":"custom","name":"c","format":{"type":"grammar","syntax":"lark","definition":"start: X"}},
        {"type":"code_interpreter","container":{"type":"auto"}}])"));
    EXPECT_EQ(body["tool_choice"], json::parse(R"({"type":"allowed_tools","mode":"required","tools":[
        {"type":"function","name":"f"},{"type":"custom","name":"c"},{"type":"code_interpreter"}]})"));
    EXPECT_EQ(body["parallel_tool_calls"], false);
}

TEST_F(ResponsesRequest, ToolChoices) {
    using Mode = ToolChoice::Mode;
    ChatRequest request = ask("go");
    request.tools = {function("f.1")};
    const auto choice = [&](ToolChoice wanted) {
        request.tool_choice = std::move(wanted);
        const json body = rig.body(request);
        return body.contains("tool_choice") ? body["tool_choice"].dump() : "";
    };
    EXPECT_EQ(choice({}), "");
    EXPECT_EQ(choice({.mode = Mode::none}), R"("none")");
    EXPECT_EQ(choice({.mode = Mode::automatic}), R"("auto")");
    EXPECT_EQ(choice({.mode = Mode::required}), R"("required")");
    EXPECT_EQ(choice({.mode = Mode::named, .name = "f.1"}), R"({"name":"f_1","type":"function"})");
    EXPECT_EQ(choice({.mode = Mode::named, .name = "sh", .custom = true}), R"({"name":"sh","type":"custom"})");
}

TEST_F(ResponsesRequest, OfAnotherVendorsHostedToolsOnlyASearchIsKnown) {
    ChatRequest request = ask("news?");
    request.dialect = ClientDialect::anthropic_messages;
    Tool search{.kind = Tool::Kind::hosted, .name = "web_search_20250305"};
    search.definition = R"({"type":"web_search_20250305","user_location":{"type":"approximate","country":"DE"}})";
    request.tools = {search};
    EXPECT_EQ(adapted_body(request)["tools"], json::parse(R"([{"type":"web_search",
        "user_location":{"type":"approximate","country":"DE"}}])"));
    EXPECT_TRUE(rig.was("tools[0]", AdaptAction::mapped));
    request.tools[0].name = "bash_20250124";
    EXPECT_EQ(rig.refused(request), "tools[0]");
}

TEST_F(ResponsesRequest, SearchOptionsBecomeTheHostedTool) {
    ChatRequest request = ask("news?");
    request.web_search_options =
        R"({"search_context_size":"low","user_location":{"type":"approximate","approximate":{"country":"DE"}}})";
    EXPECT_EQ(adapted_body(request)["tools"], json::parse(R"([{"type":"web_search","search_context_size":"low",
        "user_location":{"type":"approximate","country":"DE"}}])"));
    EXPECT_TRUE(rig.was("web_search_options", AdaptAction::mapped));
}

TEST_F(ResponsesRequest, FormatsAndVerbosity) {
    ChatRequest request = ask("go");
    request.verbosity = "low";
    request.response_format = {
        .kind = ResponseFormat::Kind::json_schema, .name = "n", .schema = R"({"type":"object"})", .strict = true};
    EXPECT_EQ(rig.body(request)["text"], json::parse(R"({"format":{"type":"json_schema","name":"n",
        "schema":{"type":"object"},"strict":true},"verbosity":"low"})"));
    request.response_format = {.kind = ResponseFormat::Kind::json_object};
    EXPECT_EQ(rig.body(request)["text"]["format"], json::parse(R"({"type":"json_object"})"));
}

TEST_F(ResponsesRequest, ASchemaThatTheModelCannotBeHeldToIsToldInWords) {
    rig.deployment.capabilities.set(Feature::json_schema, Support::emulated);
    ChatRequest request = ask("go");
    request.response_format = {.kind = ResponseFormat::Kind::json_schema, .schema = R"({"type":"object","title":"X"})"};
    const json body = rig.body(request);
    EXPECT_EQ(body["text"]["format"]["type"], "json_object");
    EXPECT_EQ(body["input"][0]["role"], "system");
    EXPECT_NE(body["input"][0]["content"].get<std::string>().find(R"("title":"X")"), std::string::npos);
    EXPECT_TRUE(rig.was("response_format", AdaptAction::emulated));

    request.response_format.schema = R"({"type":"array"})";  // JSON mode gives objects only
    EXPECT_EQ(rig.body(request)["text"]["format"]["type"], "text");
    rig.mode = config::AdaptMode::strict;
    EXPECT_EQ(rig.refused(request), "response_format");
}

TEST_F(ResponsesRequest, AnObjectIsASchemaOrToldInWordsWhereThereIsNoJsonMode) {
    rig.deployment.capabilities.set(Feature::json_object, Support::emulated);
    ChatRequest request = ask("go");
    request.response_format = {.kind = ResponseFormat::Kind::json_object};
    EXPECT_EQ(rig.body(request)["text"]["format"],
              json::parse(R"({"type":"json_schema","name":"response","schema":{"type":"object"}})"));
    EXPECT_TRUE(rig.was("response_format", AdaptAction::emulated));
    rig.mode = config::AdaptMode::strict;  // the schema says the same, and binds as much
    EXPECT_EQ(rig.body(request)["text"]["format"]["type"], "json_schema");
    rig.mode = config::AdaptMode::adapt;
    rig.deployment.capabilities.set(Feature::json_schema, Support::emulated);
    const json body = rig.body(request);
    EXPECT_EQ(body["text"]["format"]["type"], "text");
    EXPECT_EQ(body["input"][0]["role"], "system");
    EXPECT_TRUE(rig.was("response_format", AdaptAction::emulated));
}

TEST_F(ResponsesRequest, ServiceFieldsAndSampling) {
    ChatRequest request = ask("go");
    request.max_tokens = 100;
    request.sampling.temperature = 0.5;
    request.sampling.top_p = 0.9;
    request.logprobs = true;
    request.top_logprobs = 3;
    request.store = true;
    request.metadata = R"({"k":"v"})";
    request.service_tier = "flex";
    request.user = "u";
    request.safety_identifier = "s";
    request.prompt_cache_key = "p";
    request.extensions = {{"truncation", "\"auto\""},
                          {"include", R"(["web_search_call.results","message.output_text.logprobs"])"},
                          {"route", "{}"}};
    const json body = adapted_body(request);
    EXPECT_EQ(body, json::parse(R"({"model":"m-1","input":[{"role":"user","content":"go"}],"max_output_tokens":100,
        "temperature":0.5,"top_p":0.9,"top_logprobs":3,
        "include":["message.output_text.logprobs","web_search_call.results"],"store":true,"service_tier":"flex",
        "metadata":{"k":"v"},"user":"u","safety_identifier":"s","prompt_cache_key":"p","truncation":"auto"})"));
    EXPECT_TRUE(rig.adapted.empty()) << rig.adapted.header_value();
}

TEST_F(ResponsesRequest, WhatTheApiCannotSayIsListed) {
    ChatRequest request = ask("go");
    request.sampling.stop = {"x"};
    request.sampling.seed = 1;
    request.sampling.frequency_penalty = 1;
    request.sampling.presence_penalty = 1;
    request.sampling.top_k = 4;
    request.sampling.logit_bias = R"({"1":2})";
    request.prediction = R"({"type":"content","content":"x"})";
    request.max_tokens = 5;
    request.messages.front().name = "Ann";
    request.extensions = {{"shiny", "1"}};
    const json body = adapted_body(request);
    EXPECT_EQ(body, json::parse(R"({"model":"m-1","input":[{"role":"user","content":"go"}],"max_output_tokens":16,
        "store":false})"));
    for (const std::string_view field : {"stop", "seed", "frequency_penalty", "presence_penalty", "top_k", "logit_bias",
                                         "prediction", "messages[0].name", "shiny"}) {
        EXPECT_TRUE(rig.was(field, AdaptAction::dropped)) << field;
    }
    EXPECT_TRUE(rig.was("max_tokens", AdaptAction::clamped)) << rig.adapted.header_value();
}

TEST_F(ResponsesRequest, WhatWouldChangeTheAnswerIsRefused) {
    const auto refused = [&](auto change) {
        ChatRequest request = ask("go");
        change(request);
        return rig.refused(request);
    };
    EXPECT_EQ(refused([](ChatRequest& r) { r.n = 2; }), "n");
    EXPECT_EQ(refused([](ChatRequest& r) { r.modalities = {"text", "audio"}; }), "modalities");
    EXPECT_EQ(refused([](ChatRequest& r) { r.extensions = {{"previous_response_id", "\"resp_1\""}}; }),
              "previous_response_id");
    EXPECT_EQ(refused([](ChatRequest& r) { r.extensions = {{"background", "true"}}; }), "background");
    EXPECT_EQ(refused([](ChatRequest& r) { r.extensions = {{"background", "false"}}; }), "(none)");
    EXPECT_EQ(refused([](ChatRequest& r) { r.extensions = {{"include", "1"}}; }), "include");
    EXPECT_EQ(refused([](ChatRequest& r) { r.extensions = {{"reasoning", "1"}}; }), "reasoning");
    rig.mode = config::AdaptMode::strict;
    EXPECT_EQ(refused([](ChatRequest& r) { r.sampling.seed = 1; }), "seed");
}

}  // namespace
}  // namespace breakwater
