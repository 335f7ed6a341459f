// Which bytes of a request may go on as they came: those that say what was read from them, and nothing else.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "chat_support.hpp"

namespace breakwater::test {
namespace {

std::string body_of(std::string_view messages, std::string_view more = {}) {
    return std::string(R"({"model":"m","messages":)").append(messages).append(more).append("}");
}

/// The bytes of `messages` that were kept, which are empty when they have to be written anew.
std::string kept(std::string_view messages) {
    const auto request = decode(body_of(messages));
    EXPECT_TRUE(request) << messages << ": " << request.error().message;
    return request && request->sent ? std::string(request->sent->messages) : "";
}

std::string kept_tools(std::string_view tools) {
    const std::string more = std::string(R"(,"tools":)").append(tools);
    const auto request = decode(body_of(R"([{"role":"user","content":"hi"}])", more));
    EXPECT_TRUE(request) << tools << ": " << request.error().message;
    return request && request->sent ? std::string(request->sent->tools) : "";
}

unsigned holds(std::string_view messages, std::string_view more = {}) {
    const auto request = decode(body_of(messages, more));
    return request && request->sent ? request->sent->holds : ~0U;
}

TEST(SentText, KeepsWhatSaysNothingElseByteForByte) {
    for (
        const std::string_view messages : {
            R"([{"role":"user","content":"hi"}])",
            "[ {\"content\" : \"\\u0041\\/ \\\"]},{\\\\\" ,\n \"role\":\"system\"}\t]",
            R"([{"name":"n","role":"developer","content":"d"},{"content":[{"text":"a","type":"text"}],"role":"user"}])",
            R"([{"role":"user","content":[{"type":"image_url","image_url":{"detail":"low","url":"https://x/y"}}]}])",
            R"([{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}])",
            R"([{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function",)"
            R"("function":{"arguments":"{ }","name":"f"}}]},{"role":"tool","tool_call_id":"c","content":"7"}])",
            R"([{"role":"assistant","content":"x","tool_calls":[{"id":"c","type":"custom","custom":{"name":"f","input":"i"}}]},)"
            R"({"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"7"}]}])",
        }) {
        EXPECT_EQ(kept(messages), messages);
    }
}

TEST(SentText, KeepsNothingThatTheTypedFormHasNoPlaceForOrWritesInAnotherWay) {
    for (
        const std::string_view messages : {
            R"([{"role":"user","content":"hi","route":"r"}])",
            R"([{"role":"user","content":"hi","name":null}])",
            R"([{"role":"user","content":"hi","name":""}])",
            R"([{"role":"user","content":"hi","cache_control":{"type":"ephemeral"}}])",
            R"([{"role":"user","content":[{"type":"text","text":"a","x":1}]}])",
            R"([{"role":"user","content":[{"type":"image_url","image_url":"https://x/y"}]}])",
            R"([{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/y","x":1}}]}])",
            R"([{"role":"user","content":[{"type":"image_url","image_url":{"url":"DATA:image/png;base64,AA=="}}]}])",
            R"([{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;a=b;base64,AA=="}}]}])",
            R"([{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AA==","format":"wav"}}]}])",
            R"([{"role":"assistant","content":"a","reasoning_content":"r"}])",
            R"([{"role":"assistant","content":"a","refusal":null}])",
            R"([{"role":"assistant","content":"","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}])",
            R"([{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}])",
            R"([{"role":"assistant","content":null,"tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"},"x":1}]}])",
            R"([{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f"}}]}])",
            R"([{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":""}}]}])",
            R"([{"role":"assistant","content":"a","tool_calls":[]}])",
            R"([{"role":"user","content":"q"},{"role":"tool","tool_call_id":"c","content":"7","is_error":false}])",
            R"([{"role":"assistant","function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"7"}])",
            R"([{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},)"
            R"({"role":"function","name":"f","tool_call_id":"x","content":"7"}])",
        }) {
        EXPECT_EQ(kept(messages), "") << messages;
    }
}

TEST(SentText, KeepsToolsByTheSameRule) {
    for (
        const std::string_view tools : {
            R"([ {"function":{"parameters":{"b":1.0,"a":{}},"name":"f","description":"d","strict":true},"type":"function"} ])",
            R"([{"type":"function","function":{"name":"f"}},{"type":"web_search","x":null}])",
            R"([{"type":"custom","custom":{"name":"f","format":{"type":"text"}}}])",
        }) {
        EXPECT_EQ(kept_tools(tools), tools);
    }
    for (const std::string_view tools : {
             R"([{"function":{"name":"f"}}])",
             R"([{"type":"function","function":{"name":"f","description":""}}])",
             R"([{"type":"function","function":{"name":"f","parameters":null}}])",
             R"([{"type":"function","function":{"name":"f","x":1}}])",
             R"([{"type":"function","function":{"name":"f"},"cache_control":{"type":"ephemeral"}}])",
             R"([{"type":"custom","custom":{"name":"f","x":1}}])",
             R"([])",
         }) {
        EXPECT_EQ(kept_tools(tools), "") << tools;
    }
}

TEST(SentText, SaysWhatNotEveryServerTakes) {
    EXPECT_EQ(holds(R"([{"role":"system","content":"a"},{"role":"user","content":"b"}])"), 0U);
    EXPECT_EQ(holds(R"([{"role":"developer","content":"a"}])"), SentText::developers);
    EXPECT_EQ(holds(R"([{"role":"user","content":"a","name":"n"}])"), SentText::names);
    EXPECT_EQ(holds(R"([{"role":"tool","tool_call_id":"c","content":"a"}])"), SentText::call_ids);
    EXPECT_EQ(holds(R"([{"role":"user","content":[{"type":"text","text":"a"}]}])"), SentText::lone_texts);
    EXPECT_EQ(holds(R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}])"),
              SentText::text_lists);
    const std::string_view hi = R"([{"role":"user","content":"hi"}])";
    EXPECT_EQ(holds(hi, R"(,"tools":[{"type":"function","function":{"name":"f","strict":false}}])"),
              SentText::bare_functions | SentText::strict_functions);
}

TEST(SentText, LegacyFunctionsAreNotTheListOfTools) {
    const auto request =
        decode(body_of(R"([{"role":"user","content":"hi"}])", R"(,"tools":[],"functions":[{"name":"f"}])"));
    ASSERT_TRUE(request && request->sent);
    EXPECT_EQ(request->sent->tools, "");
    EXPECT_EQ(request->tools.size(), 1U);
}

TEST(SentText, LivesInTheRequestAndItsCopies) {
    auto request = decode(body_of(R"([{"role":"user","content":"hi"}])"));
    ASSERT_TRUE(request && request->sent);
    const ChatRequest copy = *request;
    *request = {};
    EXPECT_EQ(copy.sent->messages, R"([{"role":"user","content":"hi"}])");
}

}  // namespace
}  // namespace breakwater::test
