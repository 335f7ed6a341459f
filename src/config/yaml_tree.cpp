#include "yaml_tree.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "syntax_errors.hpp"
#include "tree_builder.hpp"

namespace breakwater::config {

Node* Node::find(std::string_view key) const noexcept {
    const auto found = std::ranges::find(entries, key, &MapEntry::key);
    return found == entries.end() ? nullptr : found->value;
}

YamlTree parse_yaml(const SourceText& source, Problems& problems) {
    YamlTree tree;
    TreeBuilder builder(source, problems, tree);
    std::istringstream stream(source.text());
    try {
        YAML::Parser parser(stream);
        while (!builder.failed() && parser.HandleNextDocument(builder)) {
        }
    } catch (const TreeTooLarge&) {
        // Reported where it was found; the parse is only left through here.
        tree.complete = false;
    } catch (const YAML::ParserException& error) {
        report_syntax_error(source, error.mark.line, error.mark.column, error.msg, builder.open_flow_line(), problems);
        tree.complete = false;
    }
    builder.close();
    return tree;
}

}  // namespace breakwater::config
