#include "hidden_values.hpp"

#include "breakwater/base/strings.hpp"
#include "redaction.hpp"

namespace breakwater::config {
namespace {

/// A text over several lines stands in the file line by line.
void hide_text(const Node& scalar, Problems& problems) {
    for (const std::string_view line : split(scalar.written, '\n')) {
        // A reference names a variable, and a `file:` a path: messages need both.
        if (line.find("${") == std::string_view::npos && !line.starts_with("file:")) problems.hide(trim(line));
    }
}

void hide_value(const Node& node, bool text_too, Problems& problems) {
    if (node.kind == Node::Kind::scalar) {
        problems.hide_at(node.mark);
        if (text_too) hide_text(node, problems);
    }
    for (const Node* item : node.items) hide_value(*item, text_too, problems);
}

/// A map in place of a credential. Not for every key named like one: a deployment may be called `monkey`.
void hide_map(const Node& map, Problems& problems) {
    for (const MapEntry& entry : map.entries) hide_value(*entry.value, true, problems);
}

void hide_headers(const Node& headers, Problems& problems) {
    for (const MapEntry& header : headers.entries) hide_value(*header.value, names_secret(header.key), problems);
}

}  // namespace

void hide_credentials(const YamlTree& tree, Problems& problems) {
    for (const Node& node : tree.nodes) {
        for (const MapEntry& entry : node.entries) {
            if (entry.key == "headers") hide_headers(*entry.value, problems);
            if (entry.key == "api_key") hide_map(*entry.value, problems);
            const bool is_path = entry.key == "key" && node.find("certificate") != nullptr;
            if (names_secret(entry.key) && !is_path) hide_value(*entry.value, true, problems);
        }
    }
}

}  // namespace breakwater::config
