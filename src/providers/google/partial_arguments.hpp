#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::google {

/// The arguments of a call whose values stream one by one, each with its path: {"jsonPath":"$.a[0].b",
/// "stringValue":"Bos","willContinue":true}. Strings grow at their path. Paths may go back into what was left before,
/// which text that has been handed on could not do, so the whole is put together here.
class PartialArguments {
public:
    /// Takes over one `partialArgs`. Errors (upstream_invalid): a path that names no place.
    Result<void> add(JsonReader::Array entries);
    /// All of it, as JSON.
    [[nodiscard]] std::string json() const;

private:
    struct Node {
        std::string value{};  ///< JSON of a number, true, false or null
        std::string text{};
        bool is_text = false;
        bool is_list = false;
        std::vector<std::pair<std::string, std::unique_ptr<Node>>> members{};
        std::vector<std::unique_ptr<Node>> items{};
    };
    Node* at(std::string_view path);
    static Node* member(Node& node, std::string_view name);
    static Node* item(Node& node, std::string_view index);
    static void set(Node& node, JsonReader::Element entry);
    static void write(JsonWriter& writer, const Node& node);

    Node root_;
};

}  // namespace breakwater::google
