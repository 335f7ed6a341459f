// Long texts, as pictures and histories are, must not be copied or decoded on their way: they stay in the client's body
// until they are written into the provider's, once.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <tuple>

#include "allocation_count.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater {
namespace {

using test::AllocationCount;

constexpr std::size_t kTextBytes = 300'000;

/// Prose with what JSON escapes, as it is written in JSON.
std::string written_text() {
    std::string text = "It was said:";
    while (text.size() < kTextBytes) text += "\\n\\\"A line of prose\\\", \\u4e2d\\u6587, and \\\\ a slash.";
    return text;
}

std::string base64_picture() {
    std::string picture = "iVBORw0KGgo";  // PNG
    while (picture.size() % 4 != 0 || picture.size() < kTextBytes) picture += "Aa0+/";
    return picture;
}

struct Client {
    const char* dialect;
    const char* start;    // of a body, before the text
    const char* between;  // text and picture
    const char* end;
};

void PrintTo(const Client& client, std::ostream* out) {
    *out << client.dialect;
}

constexpr Client kClients[] = {
    {"openai.chat", R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":")",
     R"("},{"type":"image_url","image_url":{"url":"data:image/png;base64,)", R"("}}]}]})"},
    {"anthropic.messages",
     R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":")",
     R"("},{"type":"image","source":{"type":"base64","media_type":"image/png","data":")", R"("}}]}]})"},
    {"google.generate", R"({"model":"m","contents":[{"role":"user","parts":[{"text":")",
     R"("},{"inlineData":{"mimeType":"image/png","data":")", R"("}}]}]})"},
    {"openai.responses", R"({"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":")",
     R"("},{"type":"input_image","image_url":"data:image/png;base64,)", R"("}]}],"store":false})"},
};

std::string body_of(const Client& client) {
    return client.start + written_text() + client.between + base64_picture() + client.end;
}

class LongTexts : public testing::TestWithParam<std::tuple<Client, const ProviderModule*>> {};

TEST_P(LongTexts, AreWrittenOnce) {
    const auto& [client, module] = GetParam();
    const Ingress& ingress = *find_ingress(client.dialect);
    const std::string body = body_of(client);
    JsonReader reader;
    {
        // What a reader keeps for the next text is no copy of it.
        std::string first = body;
        ChatRequest request{.model = "m"};
        ASSERT_TRUE(ingress.decode(first, reader, request));
    }
    std::string mine = body;
    ChatRequest request{.model = "m"};  // as the path of Google's says
    const AllocationCount decoding;
    ASSERT_TRUE(ingress.decode(mine, reader, request));
    if (AllocationCount::works()) EXPECT_LT(decoding.bytes(), body.size() / 20) << "of " << body.size();

    const std::unique_ptr<Provider> provider =
        module->make(config::Provider{.name = "p", .dialect = std::string(module->dialect)});
    Deployment deployment{.name = "d", .provider = "p", .model = "m", .capabilities = module->capabilities()};
    deployment.capabilities.set(Feature::image_input, Support::native);
    const Secret credential("test-key-0001");
    Adaptations adapted;
    const AllocationCount encoding;
    Result<HttpRequest> sent = provider->encode(
        request,
        {.deployment = deployment, .credential = credential, .mode = config::AdaptMode::adapt, .adapted = adapted});
    if (!sent && sent.error().kind == ErrorKind::invalid_request) GTEST_SKIP() << sent.error().message;
    ASSERT_TRUE(sent) << sent.error().message;
    if (AllocationCount::works()) EXPECT_LT(encoding.bytes(), body.size() * 11 / 10) << "of " << body.size();

    const std::string written = whole_body(std::move(*sent));
    const nlohmann::json json = nlohmann::json::parse(written);
    const std::string said = nlohmann::json::parse('"' + written_text() + '"');
    EXPECT_NE(json.dump().find(nlohmann::json(said).dump().substr(1, kTextBytes)), std::string::npos)
        << "says what the client said";
    if (module->dialect != std::string_view("sim")) EXPECT_NE(written.find(base64_picture()), std::string::npos);
}

std::string test_name(const testing::TestParamInfo<LongTexts::ParamType>& info) {
    std::string name =
        std::string(std::get<0>(info.param).dialect) + "_to_" + std::string(std::get<1>(info.param)->dialect);
    std::ranges::replace(name, '.', '_');
    return name;
}

std::vector<const ProviderModule*> modules() {
    std::vector<const ProviderModule*> found;
    for (const ProviderModule& module : all_provider_modules()) found.push_back(&module);
    return found;
}

INSTANTIATE_TEST_SUITE_P(Pairs, LongTexts, testing::Combine(testing::ValuesIn(kClients), testing::ValuesIn(modules())),
                         test_name);

}  // namespace
}  // namespace breakwater
