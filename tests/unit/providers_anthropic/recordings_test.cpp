#include <map>

#include "support.hpp"

namespace breakwater::testing_anthropic {
namespace {

namespace fs = std::filesystem;

/// What an answer says, read by another parser and in another way than the decoder does.
class Extraction {
public:
    explicit Extraction(const json& response) {
        const std::string body = response.at("body").get<std::string>();
        if (response.at("is_stream")) {
            read_stream(body);
        } else {
            read_message(json::parse(body));
        }
        for (auto& [index, block] : blocks_) add(block);
    }

    json text = "", reasoning = "", calls = json::array(), signatures = json::array(), stop, usage = json::object();
    std::string id;

private:
    void read_stream(const std::string& body) {
        std::istringstream lines(body);
        for (std::string line; std::getline(lines, line);) {
            if (!line.starts_with("data:")) continue;
            const json event = json::parse(line.substr(5));
            const std::string type = event.at("type");
            if (type == "message_start") read_message(event["message"]);
            if (type == "content_block_start") blocks_[event["index"]] = event["content_block"];
            if (type == "content_block_delta") extend(blocks_[event["index"]], event["delta"]);
            if (type == "message_delta") {
                if (!event["delta"]["stop_reason"].is_null()) stop = event["delta"]["stop_reason"];
                update(event.value("usage", json::object()));
            }
            if (type == "message_stop") return;  // what follows in some files is another answer
        }
    }
    void read_message(const json& message) {
        id = message.at("id");
        stop = message.value("stop_reason", json());
        update(message.value("usage", json::object()));
        int index = -1000;
        for (const json& block : message.at("content")) blocks_[index++] = block;
    }
    void update(const json& later) {
        for (const auto& [key, value] : later.items()) {
            if (!value.is_null()) usage[key] = value;
        }
    }
    static void extend(json& block, const json& delta) {
        for (const char* key : {"text", "thinking", "partial_json"}) {
            if (delta.contains(key)) block[key] = block.value(key, "") + delta[key].get<std::string>();
        }
        if (delta.contains("signature")) block["signature"] = delta["signature"];
    }
    void add(const json& block) {
        const std::string type = block.at("type");
        if (type == "text") text = text.get<std::string>() + block.value("text", "");
        if (type == "thinking") {
            reasoning = reasoning.get<std::string>() + block.value("thinking", "");
            signatures.push_back(block.value("signature", ""));
        }
        if (type == "redacted_thinking") signatures.push_back("");
        if (type != "tool_use") return;
        const std::string partial = block.value("partial_json", "");
        json input = block.at("input");
        if (!partial.empty()) {
            input = json::parse(partial, nullptr, false);
            if (input.is_discarded()) input = partial;
        }
        calls.push_back({{"id", block.at("id")}, {"name", block.at("name")}, {"arguments", input}});
    }
    std::map<int, json> blocks_;
};

// With calls, an end of the turn asks for their results too (C2).
std::string finish_of(const json& stop, bool has_calls) {
    const std::string reason = stop.is_null() ? "" : stop.get<std::string>();
    if (reason == "tool_use") return "tool_calls";
    if (reason == "max_tokens") return "length";
    if (reason == "refusal") return "content_filter";
    return has_calls ? "tool_calls" : "stop";
}

void expect_same(const Decoded& decoded, const Extraction& expected) {
    ASSERT_FALSE(decoded.error) << decoded.error->message;
    EXPECT_TRUE(decoded.ended);
    const json actual = as_fixture(decoded);
    EXPECT_EQ(actual["id"], expected.id);
    EXPECT_EQ(actual["text"], expected.text);
    EXPECT_EQ(actual["reasoning"], expected.reasoning);
    EXPECT_EQ(actual["tool_calls"], expected.calls);
    EXPECT_EQ(actual["finish"], finish_of(expected.stop, !expected.calls.empty()));
    json signatures = json::array();
    for (const json& block : actual["reasoning_blocks"]) signatures.push_back(block["signature"]);
    EXPECT_EQ(signatures, expected.signatures);
    EXPECT_EQ(actual["usage"]["output"], expected.usage.value("output_tokens", json()));
    EXPECT_EQ(actual["usage"]["input_uncached"], expected.usage.value("input_tokens", json()));
    EXPECT_EQ(actual["usage"]["cache_read"], expected.usage.value("cache_read_input_tokens", json()));
    EXPECT_EQ(actual["usage"]["cache_write"], expected.usage.value("cache_creation_input_tokens", json()));
    EXPECT_EQ(actual["usage"]["reasoning"],
              expected.usage.value("/output_tokens_details/thinking_tokens"_json_pointer, json()));
}

void expect_error(const Decoded& decoded, int status, const json& body) {
    ASSERT_TRUE(decoded.error);
    EXPECT_EQ(decoded.error->upstream->status, status);
    EXPECT_EQ(decoded.error->upstream->type, body.at("error").at("type").get<std::string>());
    const std::map<int, ErrorKind> kinds{
        {400, ErrorKind::invalid_request}, {401, ErrorKind::upstream_auth}, {404, ErrorKind::upstream_model_missing}};
    EXPECT_EQ(decoded.error->kind, kinds.at(status));
}

TEST(AnthropicRecordings, DecodeAsAnotherParserReadsThem) {
    const fs::path root = BREAKWATER_RECORDINGS;
    if (!fs::exists(root / "index.jsonl")) GTEST_SKIP() << "The recorded provider traffic is not on this machine.";
    std::ifstream index(root / "index.jsonl");
    int seen = 0;
    for (std::string line; std::getline(index, line);) {
        const json entry = json::parse(line);
        if (entry.at("dialect") != "anthropic.messages") continue;
        const std::string id = entry.at("id");
        SCOPED_TRACE(id);
        const json recording = json::parse(read_text(root / entry.at("provider").get<std::string>() / (id + ".json")));
        const json& response = recording.at("response");
        const bool stream = response.at("is_stream");
        const Answer answer{.status = response.at("status"),
                            .content_type = stream ? "text/event-stream; charset=utf-8" : "application/json",
                            .body = response.at("body")};
        for (const std::size_t piece : {answer.body.size() + 1, std::size_t{7}}) {
            const Decoded decoded = decode(answer, every(piece, answer.body.size()));
            if (answer.status == 200) {
                expect_same(decoded, Extraction(response));
            } else {
                expect_error(decoded, answer.status, json::parse(answer.body));
            }
        }
        ++seen;
    }
    EXPECT_GT(seen, 100);
}

}  // namespace
}  // namespace breakwater::testing_anthropic
