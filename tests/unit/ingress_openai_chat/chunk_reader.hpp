#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chat_support.hpp"

namespace breakwater::test {

/// Reads a stream of chunks as SDK clients do: it merges deltas the way the Python helper does (strings concatenated,
/// numbers added, lists by index) and notes in `problems` everything that makes an official client stumble.
class ChunkReader {
public:
    struct Choice {
        json message = json::object();
        std::string finish{};
        std::string native_finish{};
        json logprobs = json::array();
    };

    explicit ChunkReader(bool include_usage) : include_usage_(include_usage) {}

    void read(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::size_t end = bytes.find("\n\n");
            if (end == std::string_view::npos) return complain("the stream does not end in a blank line");
            block(bytes.substr(0, end));
            bytes.remove_prefix(end + 2);
        }
    }

    std::vector<std::string> problems;
    std::map<int, Choice> choices;
    std::vector<json> chunks;
    json usage;  ///< null until it came
    json error;  ///< null unless the stream failed
    bool done = false;

private:
    void complain(const std::string& problem) { problems.push_back(problem); }

    void block(std::string_view text) {
        if (text.starts_with(':')) return;
        if (done || !error.is_null()) return complain("an event after the end");
        if (!text.starts_with("data: ") || text.find_first_of("\r\n") != std::string_view::npos) {
            return complain("not an event of this dialect: " + std::string(text));
        }
        text.remove_prefix(6);
        if (text == "[DONE]") {
            done = true;
            return;
        }
        const json chunk = json::parse(text, nullptr, false);
        if (chunk.is_discarded()) return complain("no JSON: " + std::string(text));
        chunks.push_back(chunk);
        if (chunk.contains("error")) {
            error = chunk["error"];
        } else {
            check_chunk(chunk);
        }
    }

    void check_chunk(const json& chunk) {
        const json identity{chunk.at("id"), chunk.at("object"), chunk.at("created"), chunk.at("model")};
        if (identity_.is_null()) identity_ = identity;
        if (identity != identity_) complain("the identity changed");
        if (chunk.contains("usage") != include_usage_) complain("usage is there, or is not, against the request");
        if (!usage.is_null()) complain("a chunk after usage");
        if (include_usage_ && !chunk["usage"].is_null()) check_usage(chunk);
        if (chunk["choices"].empty() && usage.is_null()) complain("a chunk with nothing in it");
        for (const json& choice : chunk["choices"]) check_choice(choice);
    }

    void check_usage(const json& chunk) {
        usage = chunk["usage"];
        if (!chunk["choices"].empty()) complain("usage beside choices");
        for (const char* count : {"prompt_tokens", "completion_tokens", "total_tokens"}) {
            if (!usage[count].is_number_integer()) complain("a count that is no integer");
        }
    }

    void check_choice(const json& part) {
        const int index = part.at("index").get<int>();
        const json& delta = part.at("delta");
        const bool first = !choices.contains(index);
        Choice& choice = choices[index];
        if (!choice.finish.empty()) complain("a choice goes on after its finish");
        if (first != delta.contains("role")) complain("the role is not on the first chunk alone");
        if (!part.contains("logprobs") || !part.contains("finish_reason")) complain("a choice lacks a member");
        if (!first) check_no_empty_members(delta);
        check_calls(choice, delta);
        merge(choice.message, delta);
        if (part["logprobs"].is_object()) choice.logprobs.push_back(part["logprobs"]);
        if (part["finish_reason"].is_null()) return;
        choice.finish = part["finish_reason"].get<std::string>();
        choice.native_finish = part.value("native_finish_reason", "");
        if (!delta.empty()) complain("a delta beside the finish");
    }

    void check_no_empty_members(const json& delta) {
        for (const auto& [name, value] : delta.items()) {
            if (value.is_null() || value == "" || value == json::array()) complain("an empty " + name);
        }
    }

    /// Node throws when id, type or name come again, and when calls do not come in order.
    void check_calls(const Choice& choice, const json& delta) {
        if (!delta.contains("tool_calls")) return;
        const std::size_t known = choice.message.contains("tool_calls") ? choice.message["tool_calls"].size() : 0;
        for (const json& call : delta["tool_calls"]) {
            const auto index = call.at("index").get<std::size_t>();
            if (index > known) complain("a tool index that leaves a gap");
            const bool opens = index == known;
            if (opens != call.contains("id") || opens != call.contains("type")) complain("id and type not just once");
            const json& body = call.contains("custom") ? call["custom"] : call.at("function");
            if (opens != body.contains("name")) complain("a name that is not there just once");
        }
    }

    // NOLINTNEXTLINE(misc-no-recursion): as deep as the delta.
    void merge(json& into, const json& delta) {
        for (const auto& [key, value] : delta.items()) {
            if (!into.contains(key) || into[key].is_null() || key == "index" || key == "type") {
                into[key] = value;
            } else if (value.is_string() && into[key].is_string()) {
                into[key] = into[key].get<std::string>() + value.get<std::string>();
            } else if (value.is_number_integer()) {
                into[key] = into[key].get<std::int64_t>() + value.get<std::int64_t>();
            } else if (value.is_object()) {
                merge(into[key], value);
            } else if (value.is_array()) {
                merge_list(into[key], value, key);
            }
        }
    }

    // NOLINTNEXTLINE(misc-no-recursion): as deep as the delta.
    void merge_list(json& into, const json& items, const std::string& key) {
        for (const json& item : items) {
            if (!item.is_object() || !item.contains("index")) return complain("a list without index: " + key);
            const auto index = item["index"].get<std::size_t>();
            if (index < into.size()) {
                merge(into[index], item);
            } else if (index == into.size()) {
                into.push_back(item);
            } else {
                complain("a list with a gap: " + key);
            }
        }
    }

    bool include_usage_;
    json identity_;
};

}  // namespace breakwater::test
