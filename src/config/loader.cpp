#include "breakwater/config/loader.hpp"

#include <fmt/format.h>

#include "check.hpp"
#include "hidden_values.hpp"
#include "problems.hpp"
#include "references.hpp"
#include "sections.hpp"
#include "source_text.hpp"
#include "yaml_tree.hpp"

namespace breakwater::config {
namespace {

constexpr std::size_t kFileBytesMax = 1u << 20;

constexpr std::string_view kStartHint =
    "a small one is: `version: 1`, then `providers:` with `  sim: { dialect: sim }` below it; config/minimal.yaml is "
    "an example";

/// Reports when there is no map to read keys from.
bool is_readable(const YamlTree& tree, Problems& problems) {
    if (tree.root == nullptr || tree.root->kind == Node::Kind::null) {
        if (tree.complete) problems.add({1, 1}, "the file is empty", std::string(kStartHint));
        return false;
    }
    if (tree.root->kind == Node::Kind::map) return true;
    if (tree.root->broken) return false;
    problems.add(tree.root->mark, fmt::format("expected a map of keys; got {}", shown(*tree.root)),
                 std::string(kStartHint));
    return false;
}

void read_sections(const YamlTree& tree, LoadContext& context) {
    const MapReader root(tree.root);
    read_server(root.map("server"), context);
    read_response_store(root.map("responses"), context);
    read_providers(root.map("providers"), context);
    read_deployments(root.map("deployments"), context);
    read_routes(root.map("routes"), root.map("defaults"), context);
    read_client_keys(root, context);
}

std::expected<Config, std::vector<Problem>> load(std::string_view bytes, Config config, const Environment& environment,
                                                 bool presets) {
    const std::string& file = config.path;
    if (bytes.size() > kFileBytesMax) {
        return std::unexpected(
            std::vector{Problem{file, {}, "the file is larger than 1 MiB", "a configuration is a few kilobytes", {}}});
    }
    const SourceText source(bytes);
    Problems problems(file, source);
    for (const SourceText::Fault& fault : source.faults()) problems.add(fault.mark, fault.message, fault.hint);
    YamlTree tree = parse_yaml(source, problems);
    if (is_readable(tree, problems)) {
        hide_credentials(tree, problems);
        expand_references(tree, environment.variable, problems);
        check_against_table(tree, environment, problems);
        LoadContext context{environment, problems, config, tree.complete, presets};
        read_sections(tree, context);
    }
    if (!problems.empty()) return std::unexpected(problems.take());
    return config;
}

}  // namespace

std::expected<Config, std::vector<Problem>> load_file(const std::string& path, const Environment& environment) {
    const auto content = environment.read_file(path);
    if (!content) {
        return std::unexpected(std::vector{Problem{
            path, {}, "the file cannot be read: " + content.error(), "check the path and who may read it", {}}});
    }
    Config config;
    config.path = path;
    config.files.push_back(path);
    return load(*content, std::move(config), environment, true);
}

std::expected<Config, std::vector<Problem>> load_text(std::string_view text, const std::string& file_name,
                                                      const Environment& environment) {
    Config config;
    config.path = file_name;
    return load(text, std::move(config), environment, true);
}

std::expected<Config, std::vector<Problem>> load_without_presets(std::string_view text,
                                                                 const Environment& environment) {
    return load(text, Config{.path = "presets.yaml"}, environment, false);
}

}  // namespace breakwater::config
