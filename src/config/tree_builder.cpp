#include "tree_builder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "redaction.hpp"

namespace breakwater::config {
namespace {

/// True when the quoted text that `text` starts with has its closing quote.
bool quote_ends(std::string_view text) noexcept {
    const char quote = text.front();
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            return true;
        }
    }
    return false;
}

}  // namespace

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
    if (++documents_ != 2) return;
    problems_.add(source_.mark(mark.line, mark.column),
                  "a second document starts here; a configuration is one document",
                  "remove the `---`, and indent nothing to the left of the first key");
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (failed()) return;
    place(make(Node::Kind::null, mark, anchor));
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
    if (failed()) return;
    Node* node = make(Node::Kind::scalar, mark, anchor);
    node->text = value;
    node->written = value;
    check_tag(tag, node->mark);
    check_quotes(mark);
    place(node);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (failed()) return;
    Node* node = anchors_[anchor];
    const bool inside_itself = std::ranges::any_of(open_, [node](const Open& open) { return open.node == node; });
    if (node == nullptr || inside_itself) {
        problems_.add(source_.mark(mark.line, mark.column), "this alias stands inside of what it refers to");
        node = make(Node::Kind::null, mark, 0);
        node->broken = true;
    } else {
        count(*node, source_.mark(mark.line, mark.column));
    }
    place(node);
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value style) {
    open(Node::Kind::sequence, mark, tag, anchor, style);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value style) {
    open(Node::Kind::map, mark, tag, anchor, style);
}

void TreeBuilder::open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) {
    if (failed()) return;
    Node* node = make(kind, mark, anchor);
    check_tag(tag, node->mark);
    open_.push_back({.node = node, .is_flow = style == YAML::EmitterStyle::Flow});
}

Node* TreeBuilder::make(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    Node& node = tree_.nodes.emplace_back();
    node.kind = kind;
    node.mark = source_.mark(mark.line, mark.column);
    count(node, node.mark);
    last_ = &node;
    if (anchor != 0) anchors_[anchor] = &node;
    return &node;
}

void TreeBuilder::count(const Node& node, Mark mark) {
    nodes_ += node.size;
    if (nodes_ > kNodesMax) {
        problems_.add(mark, fmt::format("the file has more than {} values, aliases expanded", kNodesMax),
                      "write it without nested aliases");
        throw TreeTooLarge{};
    }
    if (open_.size() + node.height > kDepthMax) {
        problems_.add(mark, fmt::format("the file is nested more than {} levels deep", kDepthMax));
        throw TreeTooLarge{};
    }
}

void TreeBuilder::place(Node* node) {
    if (open_.empty()) {
        tree_.root = node;
        return;
    }
    Open& parent = open_.back();
    if (parent.node->kind == Node::Kind::map && !parent.has_key) {
        take_key(parent, *node);
        return;
    }
    parent.node->size += node->size;
    parent.node->height = std::max(parent.node->height, node->height + 1);
    if (parent.node->kind == Node::Kind::sequence) {
        parent.node->items.push_back(node);
        return;
    }
    parent.has_key = false;
    // The parser marks an absent value where the next thing stands, often on another line.
    if (node->kind == Node::Kind::null) node->mark = parent.key_mark;
    if (parent.key_is_good) parent.node->entries.push_back({std::move(parent.key), parent.key_mark, node});
}

void TreeBuilder::take_key(Open& map, const Node& node) {
    map.has_key = true;
    map.key = node.text;
    map.key_mark = node.mark;
    map.key_is_good = false;
    if (node.kind != Node::Kind::scalar) {
        problems_.add(node.mark, "a key must be plain text", "put values with special characters in quotes");
        return;
    }
    if (node.text == "<<") {
        map.node->partial = true;
        problems_.add(node.mark, "the merge key `<<` is not supported",
                      "write the keys out; what all routes share goes under `defaults`");
        return;
    }
    const auto [earlier, is_new] = map.lines.try_emplace(node.text, node.mark.line);
    if (!is_new) {
        problems_.add(node.mark,
                      fmt::format("`{}` is set twice, first in line {}", shown_key(node.text), earlier->second),
                      "keep one of the two");
        return;
    }
    map.key_is_good = true;
}

void TreeBuilder::close_container() {
    if (failed() || open_.empty()) return;
    Open closed = std::move(open_.back());
    open_.pop_back();
    // A key without a value is left only by a syntax error; what its value was to be is not known.
    place(closed.node);
}

void TreeBuilder::close() {
    documents_ = 1;
    // The last value may have swallowed what the parser then stumbled over: what it says is no problem of its own.
    if (!tree_.complete && last_ != nullptr && last_->kind == Node::Kind::scalar) last_->broken = true;
    while (!open_.empty()) {
        if (open_.back().node->kind == Node::Kind::map) open_.back().has_key = false;
        Open closed = std::move(open_.back());
        open_.pop_back();
        const bool stands_as_key =
            !open_.empty() && open_.back().node->kind == Node::Kind::map && !open_.back().has_key;
        if (!stands_as_key) place(closed.node);
    }
}

int TreeBuilder::open_flow_line() const noexcept {
    const auto innermost = std::find_if(open_.rbegin(), open_.rend(), [](const Open& open) { return open.is_flow; });
    return innermost == open_.rend() ? 0 : innermost->node->mark.line;
}

void TreeBuilder::check_tag(const std::string& tag, Mark mark) {
    // "?" and "!" are what the parser gives to untagged plain and quoted values.
    if (tag.empty() || tag == "?" || tag == "!") return;
    problems_.add(mark, "YAML tags are not supported",
                  "remove the word that begins with `!`, or put the value in quotes");
}

void TreeBuilder::check_quotes(const YAML::Mark& mark) {
    // yaml-cpp 0.7 takes a quoted text without its end for one that ends with the file.
    const std::string_view rest = source_.from(mark.line, mark.column);
    if (rest.empty() || (rest.front() != '"' && rest.front() != '\'') || quote_ends(rest)) return;
    problems_.add(source_.mark(mark.line, mark.column), "the quoted text that starts here has no closing quote",
                  "add the quote where the text ends");
    tree_.complete = false;
}

}  // namespace breakwater::config
