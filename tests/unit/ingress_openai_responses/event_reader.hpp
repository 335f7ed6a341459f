#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"

namespace breakwater::test {

/// Reads a stream as the accumulators of the official SDKs do: it builds the answer from the events alone, and notes in
/// `problems` whatever breaks the order that they rely on.
class EventReader {
public:
    void read(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::size_t end = bytes.find("\n\n");
            if (end == std::string_view::npos) return complain("the stream does not end in a blank line");
            block(bytes.substr(0, end));
            bytes.remove_prefix(end + 2);
        }
    }

    std::vector<std::string> problems{};
    std::vector<std::string> types{};
    json built = json::array();  ///< the items that the events make
    json last{};                 ///< the response of the last event
    json error{};                ///< of the event `error`, null without one
    bool ended = false;

private:
    void complain(const std::string& problem) { problems.push_back(problem); }

    void block(std::string_view text) {
        if (text.starts_with(':')) return;
        if (ended) return complain("an event after the end");
        const std::size_t line = text.find('\n');
        if (!text.starts_with("event: ") || line == std::string_view::npos ||
            !text.substr(line).starts_with("\ndata: ") ||
            text.find_first_of("\r\n", line + 1) != std::string_view::npos) {
            return complain("not an event of this dialect: " + std::string(text));
        }
        const std::string name(text.substr(7, line - 7));
        const json event = json::parse(text.substr(line + 7), nullptr, false);
        if (event.is_discarded()) return complain("no JSON: " + std::string(text));
        if (event.value("type", "") != name) complain("the type is not the name: " + name);
        if (event.value("sequence_number", -1) != static_cast<int>(types.size())) complain("a gap in the numbers");
        types.push_back(name);
        take(name, event);
    }

    void take(const std::string& name, const json& event) {
        if (name == "error") {
            error = event.at("error");
            for (const char* member : {"code", "message", "param"}) {
                if (!event.contains(member)) complain("the error has nothing beside its object");
            }
            return;
        }
        if (!error.is_null() && name != "response.failed") return complain("an event after the error");
        if (event.contains("response")) return response(name, event["response"]);
        if (types.size() < 3) return complain("an item before response.in_progress");
        if (name == "response.output_item.added") return added(event);
        if (!open_) return complain("an event outside an item: " + name);
        if (event.at("output_index") != built.size() - 1) complain("the output_index is not that of the open item");
        if (name == "response.output_item.done") return item_done(event.at("item"));
        if (event.at("item_id") != built.back().at("id")) complain("the item_id is not that of the open item");
        piece(name, event);
    }

    void response(const std::string& name, const json& response) {
        const std::string expected = types.size() == 1   ? "response.created"
                                     : types.size() == 2 ? "response.in_progress"
                                                         : name;
        if (name != expected) complain("the stream begins with " + name);
        for (const char* member :
             {"id", "object", "created_at", "error", "incomplete_details", "model", "output", "usage", "status"}) {
            if (!response.contains(member)) complain(std::string("the response lacks ") + member);
        }
        last = response;
        if (types.size() <= 2) return;
        ended = true;
        if (name != "response." + response.value("status", "")) complain("the status is not the event's");
        if (name == "response.failed") return;
        if (open_) complain("the stream ends within an item");
        if (response["output"] != built)
            complain("the response is not what the events made: " + response["output"].dump());
    }

    void added(const json& event) {
        if (open_) complain("an item within an item");
        if (event.at("output_index") != built.size()) complain("an output_index that leaves a gap");
        const json& item = event.at("item");
        if (!ids_.insert(item.at("id").get<std::string>()).second) complain("two items have one id");
        for (const char* member : {"content", "summary"}) {
            if (item.contains(member) && !item[member].empty()) complain("an item is not added empty");
        }
        for (const char* member : {"arguments", "input"}) {
            if (item.contains(member) && item[member] != "") complain("a call is not added empty");
        }
        built.push_back(item);
        open_ = true;
        part_open_ = false;
    }

    void item_done(const json& item) {
        if (part_open_) complain("an item ends within a part");
        json expected = built.back();
        for (const char* member : {"status", "encrypted_content"}) {
            expected.erase(member);
            if (item.contains(member)) expected[member] = item[member];
        }
        if (expected != item) complain("a done item is not what its events made: " + item.dump());
        built.back() = item;
        open_ = false;
    }

    void piece(const std::string& name, const json& event) {
        json& item = built.back();
        if (name.ends_with("_part.added")) return part_added(item, event);
        if (name.ends_with("_part.done")) {
            if (part() != event.at("part")) complain("a done part is not what its events made: " + event.dump());
            part_open_ = false;
        } else if (name == "response.output_text.annotation.added") {
            if (event.at("annotation_index") != part()["annotations"].size()) complain("a gap among annotations");
            part()["annotations"].push_back(event.at("annotation"));
        } else if (name.starts_with("response.function_call_arguments.")) {
            text(item["arguments"], "arguments", event);
        } else if (name.starts_with("response.custom_tool_call_input.")) {
            text(item["input"], "input", event);
        } else if (!part_open_) {
            complain("text outside a part");
        } else {
            const char* member = name.starts_with("response.refusal.") ? "refusal" : "text";
            text(part()[member], member, event);
            if (name == "response.output_text.delta") {
                for (const json& token : event.at("logprobs")) part()["logprobs"].push_back(token);
            }
        }
    }

    void text(json& into, const char* member, const json& event) {
        if (event.contains("delta")) {
            into = into.get<std::string>() + event["delta"].get<std::string>();
        } else if (into != event.at(member)) {
            complain("a done text is not what its deltas made");
        }
    }

    void part_added(json& item, const json& event) {
        if (part_open_) complain("a part within a part");
        list_ = event.contains("summary_index") ? "summary" : "content";
        const json& index = event.at(list_ == "summary" ? "summary_index" : "content_index");
        if (!item.contains(list_)) return complain("a part of an item that has none");
        if (index != item[list_].size()) complain("a part index that leaves a gap");
        item[list_].push_back(event.at("part"));
        part_open_ = true;
    }

    json& part() { return built.back()[list_].back(); }

    std::set<std::string> ids_{};
    std::string list_ = "content";
    bool open_ = false;
    bool part_open_ = false;
};

}  // namespace breakwater::test
