#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "adapt_support.hpp"

namespace breakwater {
namespace {

using config::AdaptMode;
using test::Bend;

/// A request that needs one feature, what its loss is called, and how it looks once the need is gone.
struct Need {
    Feature feature;
    std::string field;
    std::function<void(ChatRequest&)> ask;
    std::function<bool(const ChatRequest&)> asked;
};

const std::vector<Need>& essential_needs() {
    static const std::vector<Need> needs{
        {Feature::tools, "tools", [](ChatRequest& r) { r.tools = {{.name = "f"}}; },
         [](const ChatRequest& r) { return !r.tools.empty(); }},
        {Feature::custom_tools, "tools[1]",
         [](ChatRequest& r) { r.tools = {{.name = "f"}, {.kind = Tool::Kind::custom, .name = "g"}}; },
         [](const ChatRequest& r) { return r.tools.size() != 1; }},
        {Feature::tool_choice_required, "tool_choice",
         [](ChatRequest& r) { r.tool_choice.mode = ToolChoice::Mode::required; },
         [](const ChatRequest& r) { return r.tool_choice.mode != ToolChoice::Mode::unset; }},
        {Feature::tool_choice_named, "tool_choice",
         [](ChatRequest& r) { r.tool_choice = {.mode = ToolChoice::Mode::named, .name = "f"}; },
         [](const ChatRequest& r) { return r.tool_choice.mode != ToolChoice::Mode::unset; }},
        {Feature::json_object, "response_format",
         [](ChatRequest& r) { r.response_format.kind = ResponseFormat::Kind::json_object; },
         [](const ChatRequest& r) { return r.response_format.kind != ResponseFormat::Kind::unset; }},
        {Feature::json_schema, "response_format",
         [](ChatRequest& r) { r.response_format = {.kind = ResponseFormat::Kind::json_schema, .schema = "{}"}; },
         [](const ChatRequest& r) { return r.response_format.kind != ResponseFormat::Kind::unset; }},
        {Feature::audio_output, "modalities",
         [](ChatRequest& r) {
             r.modalities = {"text", "audio"};
             r.audio = "{\"voice\":\"x\"}";
         },
         [](const ChatRequest& r) { return r.modalities.size() != 1 || !r.audio.empty(); }},
        {Feature::web_search, "web_search_options", [](ChatRequest& r) { r.web_search_options = "{}"; },
         [](const ChatRequest& r) { return !r.web_search_options.empty(); }},
        {Feature::system_role, "messages[0].role",
         [](ChatRequest& r) { r.messages = {{.role = Role::developer}, {.role = Role::user}}; },
         [](const ChatRequest& r) { return r.messages.size() != 1; }},
        {Feature::image_input, "messages[0].content[1]",
         [](ChatRequest& r) { r.messages = {{.parts = {TextPart{"look"}, ImagePart{.data = "aGk="}}}}; },
         [](const ChatRequest& r) { return r.messages[0].parts.size() != 1; }},
        {Feature::image_url_input, "messages[0].content[1]",
         [](ChatRequest& r) { r.messages = {{.parts = {TextPart{"look"}, ImagePart{.url = "https://x/y.png"}}}}; },
         [](const ChatRequest& r) { return r.messages[0].parts.size() != 1; }},
        {Feature::pdf_input, "messages[0].content[1]",
         [](ChatRequest& r) {
             r.messages = {{.parts = {TextPart{"read"}, FilePart{.media_type = "application/pdf", .data = "aGk="}}}};
         },
         [](const ChatRequest& r) { return r.messages[0].parts.size() != 1; }},
        {Feature::audio_input, "messages[0].content[1]",
         [](ChatRequest& r) { r.messages = {{.parts = {TextPart{"listen"}, AudioPart{"aGk=", "wav"}}}}; },
         [](const ChatRequest& r) { return r.messages[0].parts.size() != 1; }},
    };
    return needs;
}

const std::vector<Need>& cosmetic_needs() {
    static const std::vector<Need> needs{
        {Feature::strict_tools, "tools[0].strict", [](ChatRequest& r) { r.tools = {{.name = "f", .strict = true}}; },
         [](const ChatRequest& r) { return r.tools[0].strict.has_value(); }},
        {Feature::parallel_tools, "parallel_tool_calls", [](ChatRequest& r) { r.parallel_tool_calls = false; },
         [](const ChatRequest& r) { return r.parallel_tool_calls.has_value(); }},
        {Feature::prediction, "prediction", [](ChatRequest& r) { r.prediction = "{}"; },
         [](const ChatRequest& r) { return !r.prediction.empty(); }},
        {Feature::prompt_caching, "cache_control",
         [](ChatRequest& r) { r.messages = {{.parts = {TextPart{.text = "x", .cache_control = "{}"}}}}; },
         [](const ChatRequest& r) { return !std::get<TextPart>(r.messages[0].parts[0]).cache_control.empty(); }},
    };
    return needs;
}

Bend bend_for(const Need& need, Support support) {
    Bend bend;
    need.ask(bend.request);
    bend.capabilities.set(need.feature, support);
    return bend;
}

TEST(AdaptFeatures, KeepWhatIsNativeOrUnknown) {
    for (const auto* needs : {&essential_needs(), &cosmetic_needs()}) {
        for (const Need& need : *needs) {
            SCOPED_TRACE(to_string(need.feature));
            for (const Support support : {Support::native, Support::unknown}) {
                Bend bend = bend_for(need, support);
                EXPECT_EQ(bend.adapt(AdaptMode::strict), "");
                EXPECT_TRUE(need.asked(bend.request));
            }
        }
    }
}

TEST(AdaptFeatures, RefuseToLoseWhatTheAnswerDependsOn) {
    for (const Need& need : essential_needs()) {
        SCOPED_TRACE(to_string(need.feature));
        for (const AdaptMode mode : {AdaptMode::adapt, AdaptMode::strict}) {
            Bend bend = bend_for(need, Support::absent);
            EXPECT_EQ(bend.adapt(mode), "refused: " + need.field);
            EXPECT_EQ(bend.error->kind, ErrorKind::unsupported_parameter);
        }
        Bend dropping = bend_for(need, Support::absent);
        EXPECT_EQ(dropping.adapt(AdaptMode::drop), need.field + "=dropped");
        EXPECT_FALSE(need.asked(dropping.request));
    }
}

TEST(AdaptFeatures, DropWhatTheAnswerDoesNotDependOn) {
    for (const Need& need : cosmetic_needs()) {
        SCOPED_TRACE(to_string(need.feature));
        Bend bend = bend_for(need, Support::absent);
        EXPECT_EQ(bend.adapt(), need.field + "=dropped");
        EXPECT_FALSE(need.asked(bend.request));
        EXPECT_EQ(bend_for(need, Support::absent).adapt(AdaptMode::strict), "refused: " + need.field);
    }
}

TEST(AdaptFeatures, NeedNothingOfARequestThatAsksForNothing) {
    Bend bend;
    bend.request.messages = {{.parts = {TextPart{"hello"}}, .plain = true}};
    for (std::size_t i = 0; i < kFeatureCount; ++i) bend.capabilities.set(static_cast<Feature>(i), Support::absent);
    EXPECT_EQ(bend.adapt(AdaptMode::strict), "");
}

TEST(AdaptFeatures, LeaveAnEmulatedSchemaToTheEncoder) {
    Bend bend;
    bend.request.response_format = {.kind = ResponseFormat::Kind::json_schema, .schema = "{}"};
    bend.capabilities.set(Feature::json_schema, Support::emulated);
    EXPECT_EQ(bend.adapt(), "");
    EXPECT_EQ(bend.request.response_format.kind, ResponseFormat::Kind::json_schema);
}

TEST(AdaptFeatures, TurnSystemMessagesIntoTheUsersWhereEmulated) {
    Bend bend;
    bend.request.messages = {{.role = Role::system}, {.role = Role::user}, {.role = Role::developer}};
    bend.capabilities.set(Feature::system_role, Support::emulated);
    EXPECT_EQ(bend.adapt(), "messages[0].role=emulated, messages[2].role=emulated");
    ASSERT_EQ(bend.request.messages.size(), 3u);
    for (const Message& message : bend.request.messages) EXPECT_EQ(message.role, Role::user);
}

TEST(AdaptFeatures, AskForAWholeAnswerWhereThereAreNoStreams) {
    Bend bend;
    bend.request.stream = true;
    bend.capabilities.set(Feature::streaming, Support::absent);
    EXPECT_EQ(bend.adapt(), "stream=emulated");
    EXPECT_FALSE(bend.request.stream);
}

TEST(AdaptFeatures, DropEverythingAboutToolsWithTheTools) {
    Bend bend;
    bend.request.tools = {{.name = "f"}};
    bend.request.tool_choice.mode = ToolChoice::Mode::required;
    bend.request.parallel_tool_calls = true;
    bend.capabilities.set(Feature::tools, Support::absent);
    EXPECT_EQ(bend.adapt(AdaptMode::drop), "tools=dropped");
    EXPECT_EQ(bend.request.tool_choice.mode, ToolChoice::Mode::unset);
    EXPECT_FALSE(bend.request.parallel_tool_calls);
}

TEST(AdaptFeatures, KeepAMessageWhoseOnlyPartWasDropped) {
    Bend bend;
    bend.request.messages = {{.parts = {ImagePart{.data = "aGk="}}}};
    bend.capabilities.set(Feature::image_input, Support::absent);
    EXPECT_EQ(bend.adapt(AdaptMode::drop), "messages[0].content[0]=dropped");
    ASSERT_EQ(bend.request.messages[0].parts.size(), 1u);
    EXPECT_FALSE(std::get<TextPart>(bend.request.messages[0].parts[0]).text.empty());
}

TEST(AdaptFeatures, TellInlineImagesFromLinkedOnes) {
    Bend bend;
    bend.request.messages = {{.parts = {ImagePart{.media_type = "image/png", .data = "aGk="}}}};
    bend.capabilities.set(Feature::image_url_input, Support::absent);
    EXPECT_EQ(bend.adapt(), "");
    bend.request.messages = {{.parts = {FilePart{.media_type = "text/plain", .data = "aGk="}}}};
    bend.capabilities.set(Feature::pdf_input, Support::absent);
    EXPECT_EQ(bend.adapt(), "");
}

TEST(AdaptFeatures, SendsWhatWasFetchedWhereAddressesAreNotTaken) {
    const auto fetched = [] {
        std::vector<Message> messages(1);
        messages[0].parts = {ImagePart{.url = "https://x/y.png", .media_type = "image/png", .data = "aGk="},
                             FilePart{.media_type = "application/pdf", .data = "aGk=", .url = "https://x/y.pdf"}};
        return messages;
    };
    Bend bend;
    bend.request.messages = fetched();
    EXPECT_EQ(bend.adapt(), "");
    EXPECT_EQ(std::get<ImagePart>(bend.request.messages[0].parts[0]).url, "https://x/y.png");

    bend.capabilities.set(Feature::image_url_input, Support::absent);
    bend.capabilities.set(Feature::file_url_input, Support::absent);
    EXPECT_EQ(bend.adapt(), "messages[0].content[0]=mapped, messages[0].content[1]=mapped");
    const auto& parts = bend.request.messages[0].parts;
    EXPECT_EQ(std::get<ImagePart>(parts[0]).url, "");
    EXPECT_EQ(std::get<ImagePart>(parts[0]).data, "aGk=");
    EXPECT_EQ(std::get<FilePart>(parts[1]).url, "");
}

}  // namespace
}  // namespace breakwater
