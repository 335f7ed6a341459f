#include "references.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace breakwater::config {
namespace {

bool is_variable_name(std::string_view name) noexcept {
    const auto is_word = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !name.empty() && (name.front() < '0' || name.front() > '9') && std::ranges::all_of(name, is_word);
}

std::unexpected<ReferenceFault> fault(std::string message, std::string hint) {
    return std::unexpected(ReferenceFault{std::move(message), std::move(hint)});
}

/// `inside` is what stands between the braces.
std::expected<std::string, ReferenceFault> value_of(std::string_view inside, const VariableLookup& variable) {
    const std::size_t colon = inside.find(':');
    const std::string name(inside.substr(0, colon));
    const std::string_view rest = colon == std::string_view::npos ? std::string_view{} : inside.substr(colon);
    if (!is_variable_name(name) || (!rest.empty() && !rest.starts_with(":-") && !rest.starts_with(":?"))) {
        // What stands there is not repeated: it may be a key that was put between the braces.
        return fault("this reference has no variable name that a shell could set",
                     "write ${VAR}, ${VAR:-default} or ${VAR:?message}, and $$ for a dollar");
    }
    const std::optional<std::string> value = variable(name);
    if (value && (rest.empty() || !value->empty())) return *value;
    if (rest.starts_with(":-")) return std::string(rest.substr(2));
    if (rest.starts_with(":?")) {
        return fault(
            fmt::format("the variable {} is not set: {}", name, rest.size() > 2 ? rest.substr(2) : "it is required"),
            fmt::format("set it before the start: export {}=...", name));
    }
    return fault(fmt::format("the variable {} is not set", name),
                 fmt::format("set it before the start (export {0}=...), or give a default: ${{{0}:-default}}", name));
}

}  // namespace

std::expected<std::string, ReferenceFault> expand_references(std::string_view text, const VariableLookup& variable) {
    std::string expanded;
    while (true) {
        const std::size_t dollar = text.find('$');
        expanded += text.substr(0, dollar);
        if (dollar == std::string_view::npos) return expanded;
        text.remove_prefix(dollar + 1);
        if (text.starts_with('$')) {
            expanded += '$';
            text.remove_prefix(1);
            continue;
        }
        if (!text.starts_with('{')) {
            expanded += '$';
            continue;
        }
        const std::size_t close = text.find('}');
        if (close == std::string_view::npos)
            return fault("a reference is not closed", "add the `}`, or write $$ for a dollar");
        const std::string_view inside = text.substr(1, close - 1);
        if (inside.find("${") != std::string_view::npos) {
            return fault("a reference inside of a reference", "use one variable with a plain default");
        }
        auto value = value_of(inside, variable);
        if (!value) return value;
        expanded += *value;
        text.remove_prefix(close + 1);
    }
}

void expand_references(YamlTree& tree, const VariableLookup& variable, Problems& problems) {
    // Over the nodes and not over the tree: a shared node must be expanded once.
    for (Node& node : tree.nodes) {
        if (node.kind != Node::Kind::scalar || node.text.find('$') == std::string::npos) continue;
        auto expanded = expand_references(node.text, variable);
        if (expanded) {
            node.text = std::move(*expanded);
        } else {
            problems.add(node.mark, std::move(expanded.error().message), std::move(expanded.error().hint));
            node.broken = true;
        }
    }
}

}  // namespace breakwater::config
