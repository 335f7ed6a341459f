#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "yaml_tree.hpp"

namespace breakwater::config {

/// Thrown by TreeBuilder out of the parser when the document passes its bounds; never leaves parse_yaml.
struct TreeTooLarge {};

/// Builds a YamlTree from parser events, and reports what YAML allows but a configuration must not have.
class TreeBuilder final : public YAML::EventHandler {
public:
    static constexpr std::size_t kDepthMax = 100;
    static constexpr std::size_t kNodesMax = 50'000;

    /// All are borrowed.
    TreeBuilder(const SourceText& source, Problems& problems, YamlTree& tree)
        : source_(source), problems_(problems), tree_(tree) {}

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { close_container(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override { close_container(); }

    /// A second document began: there is nothing more to read.
    [[nodiscard]] bool failed() const noexcept { return documents_ > 1; }
    /// Line of the innermost open brace or bracket, or 0.
    [[nodiscard]] int open_flow_line() const noexcept;
    /// Closes what a syntax error left open, so that the tree up to there can be checked.
    void close();

private:
    struct Open {
        Node* node = nullptr;
        bool is_flow = false;  ///< in braces or brackets
        bool has_key = false;
        bool key_is_good = false;  ///< false: reported already, its value goes nowhere
        std::string key{};
        Mark key_mark{};
        std::unordered_map<std::string, int> lines{};  ///< of the keys so far
    };

    Node* make(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor);
    void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
              YAML::EmitterStyle::value style);
    void place(Node* node);
    void take_key(Open& map, const Node& node);
    void close_container();
    void count(const Node& node, Mark mark);
    void check_tag(const std::string& tag, Mark mark);
    void check_quotes(const YAML::Mark& mark);

    const SourceText& source_;
    Problems& problems_;
    YamlTree& tree_;
    std::vector<Open> open_;
    std::unordered_map<YAML::anchor_t, Node*> anchors_;
    Node* last_ = nullptr;
    std::size_t nodes_ = 0;
    int documents_ = 0;
};

}  // namespace breakwater::config
