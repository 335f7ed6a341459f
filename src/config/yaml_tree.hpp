#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "problems.hpp"
#include "source_text.hpp"

namespace breakwater::config {

struct Node;

struct MapEntry {
    std::string key;
    Mark key_mark;
    Node* value = nullptr;
};

/// One value of the file. An alias is the same node a second time, so trees share what YAML shares.
struct Node {
    enum class Kind : std::uint8_t { null, scalar, sequence, map };
    Kind kind = Kind::null;
    Mark mark;
    std::string text;      ///< scalar: its value; after references were expanded, the expanded value
    std::string written;   ///< scalar: as it stands in the file; the only form that messages may show
    bool broken = false;   ///< a problem was reported: later checks and readers pass it over
    bool partial = false;  ///< map: keys of it were refused, so what seems missing may be among them
    std::vector<MapEntry> entries;
    std::vector<Node*> items;
    std::size_t size = 1;  ///< nodes below and including this one, aliases expanded
    std::size_t height = 1;

    /// The value of `key`, or null.
    [[nodiscard]] Node* find(std::string_view key) const noexcept;
};

/// The document as a tree with marks. Built over parser events and not over the library's own nodes, because those hide
/// duplicate keys and expand aliases without a bound.
struct YamlTree {
    Node* root = nullptr;    ///< null: the file is empty
    bool complete = true;    ///< false: a syntax error ended the tree early, so what seems missing may be behind it
    std::deque<Node> nodes;  ///< each node once, in file order
};

/// Reads `source`; problems with the syntax are reported with their place. Never throws on bad input.
YamlTree parse_yaml(const SourceText& source, Problems& problems);

}  // namespace breakwater::config
