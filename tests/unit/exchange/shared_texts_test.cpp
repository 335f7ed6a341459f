// A text that stays in the client's body must be taken for what it says: every encoder makes the same of it as of a
// copy.
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater {
namespace {

using nlohmann::json;

/// A text of a few KB as it is written in JSON.
std::string filled(std::string_view start, std::string_view middle, std::string_view end) {
    std::string text(start);
    while (text.size() < 3000) text += middle;
    return text.append(end);
}

const std::vector<std::string>& written_texts() {
    static const std::vector<std::string> kTexts{
        filled("", "Prose. ", ""),
        filled("It was said:", R"(\n\"A line\", \u4e2d\u6587 \\ and \/)", "."),
        filled(R"(\n\n  )", "indented. ", R"(\n \t)"),
        filled("", R"(\n )", ""),
        filled("", "  ", ""),
        filled(R"({\"a\":\")", R"(\\n)", R"(\"})"),
        filled(R"(x-anthropic-billing-header: a\n)", R"(What follows.\n)", ""),
        filled(R"(\u0020)", "x", R"(\\n)"),
    };
    return kTexts;
}

struct Dialect {
    const char* name;
    const char* body;  ///< with a long text at each @
};

constexpr Dialect kDialects[] = {
    {"openai.chat", R"({"model":"m","max_tokens":9,"messages":[{"role":"system","content":"@"},
        {"role":"user","content":[{"type":"text","text":"@"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]},
        {"role":"assistant","content":"@","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"c1","content":"@"},{"role":"developer","content":"@"},
        {"role":"user","name":"n","content":"@"},{"role":"user","content":"@"},{"role":"assistant","content":"@"}]})"},
    {"anthropic.messages", R"({"model":"m","max_tokens":9,"system":"@","messages":[
        {"role":"user","content":[{"type":"text","text":"@","cache_control":{"type":"ephemeral"}},
          {"type":"document","title":"t","source":{"type":"text","media_type":"text/plain","data":"@"}}]},
        {"role":"assistant","content":[{"type":"text","text":"@"},{"type":"tool_use","id":"c1","name":"f","input":{}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"@"},{"type":"text","text":"@"}]},
        {"role":"assistant","content":"@"}]})"},
    {"google.generate",
     R"({"systemInstruction":{"parts":[{"text":"@"}]},"contents":[{"role":"user","parts":[{"text":"@"},{"text":"@"}]},
        {"role":"model","parts":[{"text":"@"},{"text":"@"},{"functionCall":{"name":"f","args":{}}}]},
        {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"@"}}}]}]})"},
    {"openai.responses",
     R"({"model":"m","store":false,"instructions":"@","input":[{"role":"user","content":[{"type":"input_text","text":"@"}]},
        {"role":"assistant","content":[{"type":"output_text","text":"@"}]},
        {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},
        {"type":"function_call_output","call_id":"c1","output":"@"},{"role":"user","content":"@"}]})"},
};

std::string body_of(const Dialect& dialect, std::string_view written) {
    std::string body;
    for (const char* at = dialect.body; *at != '\0'; ++at) {
        if (*at == '@') {
            body += written;
        } else {
            body += *at;
        }
    }
    return body;
}

/// The same with each text copied and decoded.
ChatRequest with_own_texts(const ChatRequest& request) {
    ChatRequest own = request;
    for (Message& message : own.messages) {
        for (ContentPart& part : message.parts) {
            if (auto* text = std::get_if<TextPart>(&part)) static_cast<void>(text->text.own());
            if (auto* image = std::get_if<ImagePart>(&part)) static_cast<void>(image->data.own());
        }
    }
    return own;
}

std::size_t shared_texts(const ChatRequest& request) {
    std::size_t count = 0;
    for (const Message& message : request.messages) {
        for (const ContentPart& part : message.parts) {
            const auto* text = std::get_if<TextPart>(&part);
            count += text != nullptr && text->text.string().as_written ? 1 : 0;
        }
    }
    return count;
}

/// What a provider is sent, or why nothing is, and what was adapted for it.
json sent_to(const ProviderModule& module, const ChatRequest& request) {
    const std::unique_ptr<Provider> provider =
        module.make(config::Provider{.name = "p", .dialect = std::string(module.dialect)});
    Deployment deployment{.name = "d", .provider = "p", .model = "m", .capabilities = module.capabilities()};
    // So that the last turn is the client's own.
    deployment.capabilities.set(Feature::assistant_prefill, Support::native);
    const Secret credential("test-key-0001");
    Adaptations adapted;
    BentRequest bent(request);
    if (const auto done =
            adapt_request(bent, deployment.capabilities, deployment.facts, config::AdaptMode::adapt, adapted);
        !done)
        return done.error().message;
    Result<HttpRequest> http = provider->encode(
        bent.get(),
        {.deployment = deployment, .credential = credential, .mode = config::AdaptMode::adapt, .adapted = adapted});
    if (!http) return http.error().message;
    json sent{{"body", json::parse(whole_body(std::move(*http)))}, {"adapted", json::array()}};
    for (const auto& each : adapted.list()) sent["adapted"].push_back(each.field);
    return sent;
}

class SharedTexts : public testing::TestWithParam<Dialect> {};

TEST_P(SharedTexts, AreSentAsCopiesAre) {
    const Ingress& ingress = *find_ingress(GetParam().name);
    JsonReader reader;
    for (const std::string& written : written_texts()) {
        std::string body = body_of(GetParam(), written);
        ChatRequest request{.model = "m"};
        const auto decoded = ingress.decode(body, reader, request);
        ASSERT_TRUE(decoded) << decoded.error().message;
        EXPECT_GE(shared_texts(request), 3U) << "or nothing is compared";
        const ChatRequest own = with_own_texts(request);
        ASSERT_EQ(shared_texts(own), 0U);
        for (const bool spliced : {true, false}) {
            if (!spliced) request.sent.reset();
            ChatRequest copies = own;
            if (!spliced) copies.sent.reset();
            for (const ProviderModule& module : all_provider_modules()) {
                EXPECT_EQ(sent_to(module, request), sent_to(module, copies))
                    << module.dialect << (spliced ? "" : ", written anew") << ": " << written.substr(0, 40);
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Of, SharedTexts, testing::ValuesIn(kDialects), [](const auto& info) {
    std::string name = info.param.name;
    for (char& c : name) c = c == '.' ? '_' : c;
    return name;
});

}  // namespace
}  // namespace breakwater
