#include "partial_arguments.hpp"

#include <algorithm>
#include <optional>

#include "breakwater/base/strings.hpp"

namespace breakwater::google {

namespace {

constexpr std::size_t kDepthMax = 64;

/// One step of a path: `.name`, `['name']` or `[0]`.
struct Step {
    std::string_view name;
    bool is_index = false;
};

std::optional<Step> take_step(std::string_view& path) {
    if (path.starts_with('.')) {
        path.remove_prefix(1);
        const std::string_view name = path.substr(0, path.find_first_of(".["));
        path.remove_prefix(name.size());
        if (name.empty()) return std::nullopt;
        return Step{.name = name};
    }
    if (!path.starts_with('[')) return std::nullopt;
    path.remove_prefix(1);
    const bool quoted = path.starts_with('\'') || path.starts_with('"');
    const std::string close = quoted ? std::string{path.front(), ']'} : std::string("]");
    if (quoted) path.remove_prefix(1);
    const std::size_t end = path.find(close);
    if (end == std::string_view::npos) return std::nullopt;
    const Step step{.name = path.substr(0, end), .is_index = !quoted};
    path.remove_prefix(end + close.size());
    return step;
}

}  // namespace

Result<void> PartialArguments::add(JsonReader::Array entries) {
    for (const JsonReader::Element entry : entries) {
        Node* node = at(get_string(entry, "jsonPath").value_or(""));
        if (node == nullptr)
            return fail(ErrorKind::upstream_invalid, "The provider sent an argument with a place that is none.");
        set(*node, entry);
    }
    return {};
}

PartialArguments::Node* PartialArguments::at(std::string_view path) {
    if (!path.starts_with('$')) return nullptr;
    path.remove_prefix(1);
    Node* node = &root_;
    for (std::size_t depth = 0; !path.empty(); ++depth) {
        const std::optional<Step> step = take_step(path);
        if (!step || depth == kDepthMax) return nullptr;
        node = step->is_index ? item(*node, step->name) : member(*node, step->name);
        if (node == nullptr) return nullptr;
    }
    return node == &root_ ? nullptr : node;
}

PartialArguments::Node* PartialArguments::member(Node& node, std::string_view name) {
    const auto found =
        std::ranges::find_if(node.members, [&](const auto& one) { return std::string_view(one.first) == name; });
    if (found != node.members.end()) return found->second.get();
    return node.members.emplace_back(std::string(name), std::make_unique<Node>()).second.get();
}

// Lists grow by one: a number far beyond the end is no list that a model wrote.
PartialArguments::Node* PartialArguments::item(Node& node, std::string_view index) {
    const std::optional<std::uint64_t> number = parse_u64(index);
    if (!number || *number > node.items.size()) return nullptr;
    node.is_list = true;
    if (*number == node.items.size()) node.items.push_back(std::make_unique<Node>());
    return node.items[*number].get();
}

void PartialArguments::set(Node& node, JsonReader::Element entry) {
    if (const auto text = get_string(entry, "stringValue")) {
        node.is_text = true;
        node.text += *text;
        return;
    }
    JsonReader::Object object;
    if (!entry.get(object)) return;
    for (const auto field : object) {
        if (field.key == "numberValue" || field.key == "boolValue") node.value = to_json(field.value);
        if (field.key == "nullValue") node.value = "null";
    }
}

std::string PartialArguments::json() const {
    std::string out;
    JsonWriter writer(out);
    write(writer, root_);
    return out;
}

void PartialArguments::write(JsonWriter& writer, const Node& node) {
    if (node.is_list) {
        writer.begin_array();
        for (const auto& one : node.items) write(writer, *one);
        writer.end_array();
    } else if (node.is_text) {
        writer.string(node.text);
    } else if (!node.value.empty()) {
        writer.raw(node.value);
    } else {
        writer.begin_object();
        for (const auto& [name, one] : node.members) {
            writer.key(name);
            write(writer, *one);
        }
        writer.end_object();
    }
}

}  // namespace breakwater::google
