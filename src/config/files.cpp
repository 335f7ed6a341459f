#include <fmt/format.h>

#include "secrets.hpp"
#include "sections.hpp"

namespace breakwater::config {

std::optional<std::string> read_referenced_file(const Node& node, std::string_view path, const std::string& what,
                                                LoadContext& context) {
    const std::string resolved = resolve_path(path, context.config.path);
    auto content = context.environment.read_file(resolved);
    if (!content) {
        context.problems.add(node.mark,
                             fmt::format("`{}`: the file {} cannot be read: {}", what, resolved, content.error()),
                             "check the path, which starts at the folder of this file, and who may read it");
        return std::nullopt;
    }
    context.config.files.push_back(resolved);
    return std::move(*content);
}

std::string read_pem_path(MapReader section, std::string_view key, std::string_view label, const std::string& what,
                          LoadContext& context) {
    const Node* node = section.find(key);
    if (node == nullptr) return {};
    const auto content = read_referenced_file(*node, node->text, what, context);
    if (!content) return {};
    const std::size_t begin = content->find("-----BEGIN ");
    const std::size_t found = begin == std::string::npos ? begin : content->find(label, begin);
    if (found == std::string::npos) {
        context.problems.add(node->mark, fmt::format("`{}`: the file has no PEM block of kind {}", what, label),
                             fmt::format("it must contain a line like -----BEGIN {}-----", label));
        return {};
    }
    return resolve_path(node->text, context.config.path);
}

}  // namespace breakwater::config
