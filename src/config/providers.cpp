#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "addresses.hpp"
#include "aws.hpp"
#include "azure.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/config/presets.hpp"
#include "breakwater/config/scalars.hpp"
#include "check.hpp"
#include "entra.hpp"
#include "google.hpp"
#include "redaction.hpp"
#include "secrets.hpp"
#include "sections.hpp"
#include "suggestions.hpp"

namespace breakwater::config {
namespace {

constexpr std::array<std::string_view, 6> kSimKeys{"first_token", "gap", "fail", "fail_with", "tokens", "seed"};
constexpr std::array<std::string_view, 12> kNetworkKeys{"preset",      "base_url", "api_key",   "api_keys",
                                                        "headers",     "ca_file",  "token_url", "insecure_skip_verify",
                                                        "api_version", "catalog",  "quirks",    "passthrough"};
constexpr std::array<std::string_view, 7> kAwsKeys{
    "region", "access_key_id", "secret_access_key", "session_token", "profile", "role_arn", "web_identity_token_file"};
constexpr std::array<std::string_view, 2> kGoogleKeys{"project", "location"};
constexpr std::array<std::string_view, 1> kCredentialsKey{"credentials"};
constexpr std::array<std::string_view, 4> kEntraKeys{"tenant_id", "client_id", "client_secret", "token_scope"};
constexpr std::array<std::string_view, 1> kQuirkKeys{"quirks"};
void read_spread(MapReader section, std::string_view key, const std::string& path, milliseconds& p50, milliseconds& p95,
                 LoadContext& context) {
    const Node* node = section.find(key);
    if (node == nullptr) return;
    if (node->kind == Node::Kind::scalar) {
        section.duration(key, p50);
        return;
    }
    const MapReader spread(node);
    spread.duration("p50", p50);
    spread.duration("p95", p95);
    if (spread.find("p95") != nullptr && spread.find("p50") != nullptr && p95 < p50) {
        context.problems.add(spread.mark("p95"), fmt::format("`{}.{}`: `p95` is shorter than `p50`", path, key),
                             "the 95th percentile is at least the median");
    }
}

void read_sim(MapReader section, const std::string& path, SimSettings& sim, LoadContext& context) {
    read_spread(section, "first_token", path, sim.first_token_p50, sim.first_token_p95, context);
    read_spread(section, "gap", path, sim.gap_p50, sim.gap_p95, context);
    section.share("fail", sim.fail);
    section.text("fail_with", sim.fail_with);
    if (const auto tokens = section.integer("tokens")) sim.tokens = static_cast<int>(*tokens);
    sim.seed = section.integer("seed").value_or(sim.seed);
}

/// Keys that the dialect has no use for would be believed to do something.
void refuse_keys(const Node& map, std::span<const std::string_view> keys, const std::string& path, std::string_view why,
                 LoadContext& context) {
    for (const MapEntry& entry : map.entries) {
        if (std::ranges::find(keys, entry.key) == keys.end()) continue;
        context.problems.add(entry.key_mark, fmt::format("`{}.{}` {}", path, entry.key, why), "remove the key");
    }
}

void check_needs(const Node& map, const DialectInfo& dialect, const Preset* preset, const std::string& path, Mark owner,
                 LoadContext& context) {
    if (!context.complete) return;
    const bool has_url = map.find("base_url") != nullptr;
    const bool has_address = preset != nullptr ? !preset->base_url.empty() : !dialect.needs_base_url;
    if (!has_url && !has_address) {
        const std::string what = preset != nullptr ? "preset " + preset->name : "dialect " + dialect.name;
        context.problems.add(owner, fmt::format("`{}` needs a `base_url`: {} has no address of its own", path, what),
                             "add base_url: https://...");
        return;
    }
    const bool needs_key = dialect.needs_key && (preset == nullptr || !preset->key_variable.empty());
    const bool has_key = map.find("api_key") != nullptr || map.find("api_keys") != nullptr;
    if (needs_key && !has_url && !has_key) {
        const std::string_view usual =
            preset != nullptr ? std::string_view(preset->key_variable) : std::string_view(dialect.key_variable);
        const std::string_view variable = usual.empty() ? "API_KEY" : usual;
        context.problems.add(owner, fmt::format("`api_key` is missing in `{}`", path),
                             fmt::format("add api_key: \"${{{}}}\"", variable));
    }
}

/// A preset's address with another dialect would be asked in words that it does not know.
void check_dialect(MapReader section, const Preset& preset, const std::string& path, const Provider& provider,
                   LoadContext& context) {
    if (speaks(preset, provider.dialect) || provider.dialect == "sim" || section.find("base_url") != nullptr) return;
    context.problems.add(
        section.mark("dialect"),
        fmt::format("`{}.dialect`: the address of preset {} speaks dialect {}", path, preset.name, preset.dialect),
        "leave `dialect` out, or add the `base_url` at which the vendor speaks this one");
}

/// A failure that the simulator does not know is told once here, and not for each of its models.
void check_fail_with(MapReader section, const std::string& path, Provider& provider, LoadContext& context) {
    if (section.find("fail_with") == nullptr || !context.environment.model_fault) return;
    const auto fault = context.environment.model_fault(provider.dialect, "chat", provider.sim);
    if (!fault) return;
    context.problems.add(section.mark("fail_with"), fmt::format("`{}.fail_with`: {}", path, *fault));
    provider.sim.fail_with = SimSettings{}.fail_with;
}

/// A vendor of which the catalogue has nothing is no mistake, but a mistyped one looks the same.
void warn_unknown_catalog(MapReader section, const Provider& provider, const std::string& path, LoadContext& context) {
    const Node* node = section.find("catalog");
    if (node == nullptr || context.environment.catalog == nullptr) return;
    std::vector<std::string_view> vendors;
    for (const ModelFacts& model : context.environment.catalog->models()) {
        if (vendors.empty() || vendors.back() != model.vendor) vendors.emplace_back(model.vendor);
    }
    if (std::ranges::find(vendors, provider.catalog) != vendors.end()) return;
    const std::string hint = did_you_mean(provider.catalog, vendors);
    context.config.warnings.push_back(
        printable(fmt::format("{}:{}:{}: `{}.catalog`: the catalogue has no vendor {}{}{}", context.config.path,
                              node->mark.line, node->mark.column, path, shown(*node), hint.empty() ? "" : "; ", hint)));
}

/// One key, from the file itself or from another one.
void read_key(MapReader section, const std::string& path, Provider& provider, LoadContext& context) {
    const Node* node = section.find("api_key");
    if (node == nullptr) return;
    provider.api_key = read_secret(*node, path + ".api_key", context);
    provider.api_key_file = referenced_path(*node, context);
    if (section.find("api_keys") == nullptr) return;
    context.problems.add(section.mark("api_keys"), fmt::format("`{}` has an `api_key` and `api_keys`", path),
                         "keep one of them");
}

/// Several keys, each as it is or with a weight.
void read_key_pool(MapReader section, const std::string& path, Provider& provider, LoadContext& context) {
    const Node* list = section.find("api_keys");
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        const Node& item = *list->items[i];
        if (item.broken) continue;
        const MapReader map(&item);
        const Node* key = item.kind == Node::Kind::map ? map.find("key") : &item;
        if (key == nullptr) continue;
        PoolKey entry{.key = read_secret(*key, fmt::format("{}.api_keys[{}]", path, i), context)};
        if (item.kind == Node::Kind::map) entry.weight = static_cast<std::uint32_t>(map.integer("weight").value_or(1));
        const auto same = [&entry](const PoolKey& other) { return other.key.reveal() == entry.key.reveal(); };
        if (!entry.key.empty() && std::ranges::any_of(provider.api_keys, same)) {
            context.problems.add(key->mark, fmt::format("`{}.api_keys[{}]`: the key is in the list twice", path, i),
                                 "keep one of the two; `weight` gives a key a larger share");
        }
        provider.api_keys.push_back(std::move(entry));
    }
}

/// An address of its own is of use only where tokens are asked for.
void check_token_url(MapReader section, const Provider& provider, const std::string& path, LoadContext& context) {
    const bool asks = !provider.aws.role_arn.empty() || !provider.entra.client_id.empty() ||
                      provider.google.account.kind != GoogleAccount::Kind::none;
    if (provider.token_url.empty() || asks || !context.complete) return;
    context.problems.add(section.mark("token_url"), fmt::format("`{}.token_url`: no token is asked for", path),
                         "remove the key, or add what is proved there: credentials, client_secret or role_arn");
}

/// The keys of the clouds whose accounts a dialect takes; true when nothing else about a credential is to be checked.
bool read_cloud_account(const MapEntry& entry, const std::string& path, const DialectInfo& dialect, Provider& provider,
                        LoadContext& context) {
    const MapReader section(entry.value);
    if (!dialect.aws) refuse_keys(*entry.value, kAwsKeys, path, "is for dialect bedrock only", context);
    if (!dialect.google) refuse_keys(*entry.value, kGoogleKeys, path, "is for dialect vertex only", context);
    if (!dialect.aws && !dialect.google)
        refuse_keys(*entry.value, kCredentialsKey, path, "is for dialects bedrock and vertex only", context);
    if (dialect.name == "sim") refuse_keys(*entry.value, kEntraKeys, path, "is for Azure only", context);
    if (dialect.aws) {
        read_aws(section, path, entry.key_mark, dialect, provider.aws, context);
    } else if (dialect.google) {
        read_google(section, path, entry.key_mark, provider.google, context);
    }
    const bool entra = dialect.name != "sim" && read_entra(section, path, provider, context);
    check_token_url(section, provider, path, context);
    return dialect.aws || dialect.google || entra;
}

Provider read_provider(const MapEntry& entry, LoadContext& context) {
    const std::string path = "providers." + entry.key;
    const MapReader section(entry.value);
    Provider provider{.name = entry.key, .mark = entry.key_mark};
    section.text("dialect", provider.dialect);
    section.text("preset", provider.preset);
    if (const Node* url = section.find("base_url")) provider.base_url = parse_base_url(url->text).value_or("");
    if (const Node* url = section.find("token_url")) provider.token_url = parse_base_url(url->text).value_or("");
    read_key(section, path, provider, context);
    read_key_pool(section, path, provider, context);
    provider.headers = read_headers(section, path, context);
    provider.ca_file = read_pem_path(section, "ca_file", "CERTIFICATE", path + ".ca_file", context);
    section.boolean("insecure_skip_verify", provider.insecure_skip_verify);
    section.word("passthrough", provider.passthrough,
                 {{"off", Passthrough::off}, {"files", Passthrough::files}, {"all", Passthrough::all}});
    read_sim(section, path, provider.sim, context);

    section.text("api_version", provider.api_version);
    section.text("catalog", provider.catalog);
    provider.capabilities = read_capabilities(section.map("capabilities"), path + ".capabilities", context);
    const Preset* preset = context.presets ? find_preset(provider.preset) : nullptr;
    if (context.presets) apply_preset(provider);
    read_quirks(section.map("quirks"), provider.quirks);
    if (preset != nullptr) check_dialect(section, *preset, path, provider, context);
    check_azure(section, provider, path, context);
    warn_unknown_catalog(section, provider, path, context);
    const DialectInfo* dialect = find_dialect(context.environment, provider.dialect);
    if (dialect == nullptr) return provider;
    if (provider.dialect == "sim") {
        refuse_keys(*entry.value, kNetworkKeys, path, "does nothing for dialect sim, which uses no network", context);
        check_fail_with(section, path, provider, context);
    } else {
        refuse_keys(*entry.value, kSimKeys, path, "is for dialect sim only", context);
        if (!provider.dialect.starts_with("openai")) {
            refuse_keys(*entry.value, kQuirkKeys, path, "is for the dialects openai and openai.responses only",
                        context);
            if (provider.passthrough == Passthrough::files && provider.dialect != "anthropic")
                context.problems.add(
                    section.mark("passthrough"),
                    fmt::format("`{}.passthrough: files` is for the dialects openai and anthropic only", path),
                    "write `all` or `off`");
        }
    }
    if (read_cloud_account(entry, path, *dialect, provider, context)) return provider;
    check_needs(*entry.value, *dialect, preset, path, entry.key_mark, context);
    return provider;
}

}  // namespace

const DialectInfo* find_dialect(const Environment& environment, std::string_view name) {
    const auto found = std::ranges::find(environment.dialects, name, &DialectInfo::name);
    return found == environment.dialects.end() ? nullptr : &*found;
}

std::string referenced_path(const Node& node, const LoadContext& context) {
    const std::string_view file = without_file_prefix(node.text);
    return file.size() == node.text.size() ? std::string() : resolve_path(file, context.config.path);
}

Secret read_secret(const Node& node, const std::string& what, LoadContext& context) {
    std::string value = node.text;
    if (const std::string_view file = without_file_prefix(node.text); file.size() != node.text.size()) {
        auto content = read_referenced_file(node, file, what, context);
        if (!content) return {};
        value = std::move(*content);
        while (value.ends_with('\n') || value.ends_with('\r')) value.pop_back();
    } else {
        context.problems.hide(node.text);
    }
    if (const auto fault = secret_fault(value)) {
        context.problems.add(node.mark, fmt::format("`{}`: {}", what, fault->message), fault->hint);
        return {};
    }
    return Secret(std::move(value));
}

void read_providers(MapReader section, LoadContext& context) {
    if (section.node() == nullptr) return;
    for (const MapEntry& entry : section.node()->entries) {
        context.config.providers.push_back(entry.value->broken ? Provider{.name = entry.key, .mark = entry.key_mark}
                                                               : read_provider(entry, context));
    }
    if (section.node()->entries.empty() && context.complete) {
        context.problems.add(section.node()->mark, "`providers` is empty: there is nothing to serve",
                             "add one, for example `sim: { dialect: sim }`, which needs no key");
    }
}

}  // namespace breakwater::config
