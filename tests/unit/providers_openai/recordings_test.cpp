#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "render.hpp"

namespace breakwater::test {
namespace {

namespace fs = std::filesystem;

/// What a recorded answer says, read by other means than the decoder's: an accumulator over the parsed objects.
struct Extract {
    struct Call {
        std::string name;
        std::string arguments;
    };
    struct Choice {
        std::string text;
        std::string reasoning;
        std::string refusal;
        std::vector<Call> calls;
        std::string finish;
    };
    std::map<std::size_t, Choice> choices;
    Json usage;
    bool failed = false;
};

std::string text_or_empty(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void add_content(Extract::Choice& choice, const Json& content) {
    if (content.is_string()) choice.text += content.get<std::string>();
    if (!content.is_array()) return;
    for (const Json& part : content) {
        if (part.value("type", "") == "text") choice.text += part.at("text");
        if (part.value("type", "") != "thinking") continue;
        for (const Json& piece : part.at("thinking")) choice.reasoning += piece.at("text");
    }
}

void add_reasoning(Extract::Choice& choice, const Json& message) {
    std::string text = text_or_empty(message, "reasoning_content");
    if (text.empty()) text = text_or_empty(message, "reasoning");
    if (text.empty()) {
        for (const Json& block : message.value("reasoning_details", Json::array())) {
            text += text_or_empty(block, "text") + text_or_empty(block, "summary");
        }
    }
    choice.reasoning += text;
}

void add_calls(Extract::Choice& choice, const Json& calls) {
    for (const Json& entry : calls) {
        const Json function = entry.value("function", Json::object());
        const std::string name = text_or_empty(function, "name");
        // In the recordings a call begins where its name stands, and the calls follow each other.
        if (!name.empty()) choice.calls.push_back({.name = name, .arguments = ""});
        if (!choice.calls.empty()) choice.calls.back().arguments += text_or_empty(function, "arguments");
    }
}

/// A whole answer is a message, whatever stands beside it; a chunk of a stream is a delta.
const Json& said(const Json& choice, bool whole) {
    static const Json kNothing = Json::object();
    const auto first = choice.find(whole ? "message" : "delta");
    if (first != choice.end()) return *first;
    const auto second = choice.find(whole ? "delta" : "message");
    return second == choice.end() ? kNothing : *second;
}

void add_part(Extract& extract, const Json& part, bool whole) {
    if (part.contains("error") && !part["error"].is_null()) extract.failed = true;
    if (part.contains("usage") && part["usage"].is_object()) extract.usage = part["usage"];
    if (!part.contains("choices") || !part["choices"].is_array()) return;
    for (const Json& item : part["choices"]) {
        Extract::Choice& choice = extract.choices[item.value("index", std::size_t{0})];
        if (!choice.finish.empty()) continue;
        const Json& message = said(item, whole);
        if (!message.is_object()) continue;
        if (message.contains("content")) add_content(choice, message["content"]);
        add_reasoning(choice, message);
        choice.refusal += text_or_empty(message, "refusal");
        if (message.contains("tool_calls") && message["tool_calls"].is_array())
            add_calls(choice, message["tool_calls"]);
        if (message.contains("function_call") && message["function_call"].is_object()) {
            add_calls(choice, Json::array({Json{{"function", message["function_call"]}}}));
        }
        choice.finish = text_or_empty(item, "finish_reason");
    }
}

Extract extract(const std::string& body) {
    Extract result;
    if (body.find_first_not_of(" \r\n\t") != std::string::npos && body[body.find_first_not_of(" \r\n\t")] == '{') {
        add_part(result, Json::parse(body), true);
        return result;
    }
    for (std::size_t at = 0; at < body.size();) {
        const std::size_t end = std::min(body.find('\n', at), body.size());
        const std::string line = body.substr(at, end - at);
        at = end + 1;
        const std::size_t start = line.find('{');
        if (line.starts_with("data:") && start != std::string::npos)
            add_part(result, Json::parse(line.substr(start)), false);
    }
    return result;
}

Answer answer_of(const Json& recording) {
    const Json& response = recording.at("response");
    Answer answer{.body = response.value("body", "")};
    answer.head.status = response.at("status");
    for (const auto& [name, value] : response.at("headers").items()) {
        if (value.is_string()) answer.head.headers.add(name, value.get<std::string>());
    }
    const Json request = recording.value("request", Json());
    const Json body = request.is_object() ? request.value("body", Json()) : Json();
    if (!body.is_object() || !body.contains("tools") || !body["tools"].is_array()) return answer;
    for (const Json& tool : body["tools"]) {
        const Json function = tool.value("function", Json::object());
        answer.tools.push_back(text_or_empty(function, "name"));
    }
    return answer;
}

Json parsed_arguments(const std::string& text) {
    const Json value = Json::parse(text.empty() ? "{}" : text, nullptr, false);
    return value.is_discarded() ? Json(text) : value;
}

void expect_choice(const ResponseChoice& got, const Extract::Choice& want) {
    EXPECT_EQ(got.text, want.text);
    EXPECT_EQ(got.reasoning, want.reasoning);
    EXPECT_EQ(got.refusal, want.refusal);
    ASSERT_EQ(got.tool_calls.size(), want.calls.size());
    for (std::size_t i = 0; i < want.calls.size(); ++i) {
        EXPECT_EQ(got.tool_calls[i].name, want.calls[i].name);
        EXPECT_EQ(parsed_arguments(got.tool_calls[i].arguments), parsed_arguments(want.calls[i].arguments));
    }
    ASSERT_TRUE(got.finish.has_value());
    const bool calls = !want.calls.empty() && want.finish != "length" && want.finish != "content_filter";
    EXPECT_EQ(to_string(*got.finish), calls ? "tool_calls" : want.finish.empty() ? "stop" : want.finish);
}

void expect_answer(const Decoded& got, const Extract& want) {
    if (want.failed) {
        EXPECT_TRUE(got.error.has_value());
        return;
    }
    ASSERT_FALSE(got.error.has_value()) << got.error->message;
    EXPECT_TRUE(got.ended);
    ASSERT_EQ(got.response.choices.size(), want.choices.size());
    for (const auto& [index, choice] : want.choices) expect_choice(got.response.choices.at(index), choice);
    if (want.usage.is_null()) return;
    ASSERT_TRUE(got.response.usage.has_value());
    EXPECT_EQ(got.response.usage->prompt_total(), want.usage.at("prompt_tokens").get<std::int64_t>());
    EXPECT_GE(got.response.usage->output.value_or(-1), want.usage.at("completion_tokens").get<std::int64_t>());
}

/// An error answer has a kind that is not `internal`, and says what the provider said.
void expect_error(const Decoded& got, int status) {
    ASSERT_TRUE(got.error.has_value());
    EXPECT_FALSE(got.error->message.empty());
    ASSERT_TRUE(got.error->upstream.has_value());
    EXPECT_EQ(got.error->upstream->status, status);
}

TEST(OpenaiRecordings, AreDecodedAsAnIndependentReaderReadsThem) {
    const fs::path root(BREAKWATER_RECORDINGS);
    if (!fs::exists(root / "index.jsonl")) GTEST_SKIP() << "The recordings are not on this machine.";
    std::ifstream index(root / "index.jsonl");
    int count = 0;
    for (std::string line; std::getline(index, line);) {
        const Json entry = Json::parse(line);
        if (entry.at("dialect") != "openai.chat") continue;
        const std::string id = entry.at("id");
        SCOPED_TRACE(id);
        std::ifstream file(root / entry.at("provider").get<std::string>() / (id + ".json"));
        const Answer answer = answer_of(Json::parse(file));
        const Decoded whole = decode(answer, {});
        if (answer.head.status == 200) {
            expect_answer(whole, extract(answer.body));
        } else {
            expect_error(whole, answer.head.status);
        }
        EXPECT_EQ(render(decode_in_pieces(answer, 7), answer), render(whole, answer));
        ++count;
    }
    EXPECT_GT(count, 600);
}

}  // namespace
}  // namespace breakwater::test
