#include <fmt/format.h>

#include <map>

#include "addresses.hpp"
#include "breakwater/base/strings.hpp"
#include "check.hpp"
#include "sections.hpp"
#include "suggestions.hpp"

namespace breakwater::config {
namespace {

// SHA-256 of nothing: the digest of a variable that was not set, which would let everybody in who sends an empty key.
constexpr std::string_view kEmptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// `sim/<model>` is served for every model of a provider `sim`, without a route in the file.
bool is_simulated(const Config& config, std::string_view name) {
    const Provider* sim = config.provider("sim");
    return sim != nullptr && sim->dialect == "sim" && name.starts_with("sim/");
}

void read_key_routes(MapReader section, const std::string& path, ClientKey& key, LoadContext& context) {
    for (const Node* node : section.list("routes")) {
        key.routes.push_back(node->text);
        if (!context.complete || context.config.route(node->text) != nullptr ||
            is_simulated(context.config, node->text))
            continue;
        std::vector<std::string_view> names;
        for (const Route& route : context.config.routes) names.push_back(route.name);
        context.problems.add(node->mark,
                             fmt::format("`{}.routes`: there is no route and no deployment {}", path, shown(*node)),
                             did_you_mean(node->text, names));
    }
}

void read_key_providers(MapReader section, const std::string& path, ClientKey& key, LoadContext& context) {
    if (section.find("providers") == nullptr) return;
    key.providers.emplace();
    for (const Node* node : section.list("providers")) {
        key.providers->push_back(node->text);
        if (!context.complete || context.config.provider(node->text) != nullptr) continue;
        std::vector<std::string_view> names;
        for (const Provider& provider : context.config.providers) names.push_back(provider.name);
        context.problems.add(node->mark, fmt::format("`{}.providers`: there is no provider {}", path, shown(*node)),
                             did_you_mean(node->text, names));
    }
}

ClientKey read_key(const Node& node, const std::string& path, LoadContext& context) {
    const MapReader section(&node);
    ClientKey key{.mark = node.mark};
    section.text("name", key.name);
    section.text("sha256", key.sha256);
    key.sha256 = to_lower(key.sha256);
    section.boolean("enabled", key.enabled);
    read_constraints(section, path, key.constraints, context);
    read_key_routes(section, path, key, context);
    read_key_providers(section, path, key, context);
    if (key.sha256 == kEmptyDigest) {
        context.problems.add(section.mark("sha256"), fmt::format("`{}.sha256` is the digest of an empty key", path),
                             "the variable that was hashed was not set");
    }
    return key;
}

class Uniqueness {
public:
    explicit Uniqueness(LoadContext& context) : context_(context) {}

    void check(MapReader section, std::string_view member, const std::string& value) {
        if (value.empty()) return;
        const Mark mark = section.mark(member);
        const auto [earlier, is_new] = lines_.try_emplace({std::string(member), value}, mark.line);
        if (is_new) return;
        context_.problems.add(
            mark, fmt::format("two keys have the same `{}`; the first is in line {}", member, earlier->second),
            "give each client a key of its own");
    }

private:
    LoadContext& context_;
    std::map<std::pair<std::string, std::string>, int> lines_;
};

/// Everybody may use the gateway: only this machine may reach it, unless the file says that it is meant so.
void check_open_access(MapReader root, const Node* keys, LoadContext& context) {
    if (keys != nullptr && keys->text == "open") return;
    const Address& listen = context.config.server.listen;
    if (is_loopback(listen) || !context.complete) return;
    const Mark mark = keys != nullptr ? keys->mark : root.map("server").mark("listen");
    context.problems.add(
        mark, fmt::format("without keys, everybody who reaches {} can spend your providers' credit", to_string(listen)),
        "list the clients under `keys`, or listen on 127.0.0.1, or say that it is meant so: keys: open");
}

}  // namespace

void read_client_keys(MapReader root, LoadContext& context) {
    const Node* keys = root.find("keys");
    if (keys == nullptr && root.node()->find("keys") != nullptr) return;
    if (keys == nullptr || keys->kind == Node::Kind::scalar) return check_open_access(root, keys, context);
    context.config.keys_open = false;
    if (keys->items.empty() && context.complete) {
        context.problems.add(keys->mark, "`keys` is an empty list: nobody could use the gateway",
                             "add a key, or write keys: none");
    }
    Uniqueness unique(context);
    for (std::size_t i = 0; i < keys->items.size(); ++i) {
        const Node& node = *keys->items[i];
        if (node.broken) continue;
        const ClientKey key = read_key(node, fmt::format("keys[{}]", i), context);
        unique.check(MapReader(&node), "name", key.name);
        unique.check(MapReader(&node), "sha256", key.sha256);
        context.config.keys.push_back(key);
    }
}

}  // namespace breakwater::config
