#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "addresses.hpp"
#include "aws.hpp"
#include "breakwater/config/loader.hpp"
#include "breakwater/config/presets.hpp"
#include "secrets.hpp"
#include "sections.hpp"

namespace breakwater::config {
namespace {

void set_addresses(Config& config, const Environment& environment) {
    if (const auto listen = environment.variable("BREAKWATER_LISTEN")) {
        config.server.listen = parse_address(*listen).value_or(config.server.listen);
    }
    const auto admin = environment.variable("BREAKWATER_ADMIN");
    if (!admin) return;
    if (*admin == "off") {
        config.server.admin.reset();
    } else {
        config.server.admin = parse_address(*admin).value_or(*config.server.admin);
    }
}

/// The credential in the variable that is usual for it, or an empty one.
Secret key_from_environment(const std::string& key_variable, const Environment& environment) {
    if (key_variable.empty()) return {};
    const auto key = environment.variable(key_variable);
    return !key || secret_fault(*key) ? Secret() : Secret(*key);
}

/// The vendor's provider with each of its models; nothing when there is no credential, or the vendor is there.
void add_vendor(Config& config, Provider provider, const std::string& key_variable, const Environment& environment) {
    if (provider.name.empty() || config.provider(provider.name) != nullptr) return;
    provider.api_key = key_from_environment(key_variable, environment);
    if (provider.api_key.empty() && provider.aws.keys.access_key_id.empty() && provider.aws.role_arn.empty()) return;
    if (!provider.api_key.empty()) provider.aws.role_arn.clear();
    apply_preset(provider);
    const std::string vendor = provider.name;
    const std::string dialect = provider.dialect;
    config.providers.push_back(std::move(provider));
    if (environment.catalog == nullptr) return;
    for (const ModelFacts& model : environment.catalog->models()) {
        if (model.vendor != vendor) continue;
        // Some models answer on one API only: "responses" is dialect openai.responses.
        if (!model.api.empty() && !dialect.ends_with("." + model.api)) continue;
        Deployment deployment{.name = vendor + "/" + model.id, .provider = vendor, .model = model.id};
        resolve_facts(deployment, vendor, environment.catalog);
        config.deployments.push_back(std::move(deployment));
    }
}

void add_vendors(Config& config, const Environment& environment) {
    for (const DialectInfo& dialect : environment.dialects) {
        if (dialect.needs_base_url) continue;
        Provider provider{.name = dialect.vendor, .dialect = dialect.name};
        if (dialect.aws) provider.aws = aws_from_environment(environment);
        if (dialect.aws && provider.aws.region.empty()) continue;
        add_vendor(config, std::move(provider), dialect.key_variable, environment);
    }
    for (const Preset& preset : all_presets()) {
        const bool known =
            std::ranges::find(environment.dialects, preset.dialect, &DialectInfo::name) != environment.dialects.end();
        if (!known || preset.base_url.empty()) continue;
        add_vendor(config, {.name = preset.vendor, .dialect = preset.dialect, .preset = preset.name},
                   preset.key_variable, environment);
    }
}

/// What works without any key. Other names "sim/..." work too; these are the ones to begin with.
void add_simulator(Config& config, const Environment& environment) {
    config.providers.push_back({.name = "sim", .dialect = "sim"});
    for (const char* model : {"chat", "echo", "reasoning", "lorem", "embed", "rerank", "moderation", "image", "speech",
                              "transcribe", "realtime"}) {
        Deployment deployment{.name = std::string("sim/") + model, .provider = "sim", .model = model};
        resolve_facts(deployment, "sim", environment.catalog);
        config.deployments.push_back(std::move(deployment));
    }
}

/// A route by the bare id for every model that only one of the vendors has.
void add_bare_routes(Config& config) {
    std::map<std::string, int> vendors_of;
    std::set<std::string> deployment_names;
    for (const Deployment& deployment : config.deployments) {
        if (deployment.provider == "sim") continue;
        ++vendors_of[deployment.model];
        deployment_names.insert(deployment.name);
    }
    for (std::size_t i = 0; i < config.deployments.size(); ++i) {
        const Deployment& deployment = config.deployments[i];
        if (vendors_of[deployment.model] != 1 || deployment_names.contains(deployment.model)) continue;
        config.routes.push_back({.name = deployment.model,
                                 .candidates = {deployment.name},
                                 .deployments = {i},
                                 .policies = config.defaults});
    }
}

/// Why a variable with an address was passed over, or that both addresses are one; empty when they are good.
std::string address_fault(const Config& config, const Environment& environment) {
    for (const char* name : {"BREAKWATER_LISTEN", "BREAKWATER_ADMIN"}) {
        const auto value = environment.variable(name);
        if (!value || (*value == "off" && std::string_view(name) == "BREAKWATER_ADMIN")) continue;
        const auto address = parse_address(*value);
        if (address) continue;
        return fmt::format("{} is not an address such as 127.0.0.1:8080, [::1]:8080 or :8080{}{}.", name,
                           address.error().empty() ? "" : ": ", address.error());
    }
    if (!config.server.admin || !clash(config.server.listen, *config.server.admin)) return {};
    return fmt::format(
        "BREAKWATER_LISTEN and BREAKWATER_ADMIN both take port {}. Give one another port, or set BREAKWATER_ADMIN=off.",
        config.server.listen.port);
}

}  // namespace

Config embedded_default(const Environment& environment) {
    Config config;
    set_addresses(config, environment);
    add_simulator(config, environment);
    add_vendors(config, environment);
    add_bare_routes(config);
    add_deployment_routes(config);
    return config;
}

std::optional<std::string> embedded_default_fault(const Config& config, const Environment& environment) {
    if (std::string fault = address_fault(config, environment); !fault.empty()) return fault;
    const std::string keys = environment.variable("BREAKWATER_KEYS").value_or("none");
    if (keys == "open") return std::nullopt;
    if (keys != "none" && !keys.empty()) {
        return "BREAKWATER_KEYS takes `none` or `open`. Client keys need a configuration file: see `breakwater keys "
               "new`.";
    }
    if (is_loopback(config.server.listen)) return std::nullopt;
    return fmt::format(
        "Without keys, everybody who reaches {} can spend your providers' credit. Listen on 127.0.0.1, or list client "
        "keys in a configuration file, or say that it is meant so: BREAKWATER_KEYS=open.",
        to_string(config.server.listen));
}

}  // namespace breakwater::config
