#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "breakwater/config/loader.hpp"
#include "breakwater/config/quirks.hpp"
#include "map_reader.hpp"
#include "problems.hpp"

namespace breakwater::config {

/// What the readers of the sections share while one file is loaded. All members are borrowed.
struct LoadContext {
    const Environment& environment;
    Problems& problems;
    Config& config;
    bool complete;        ///< false after a syntax error: names that are not there may have been behind it
    bool presets = true;  ///< false while the presets themselves are read
};

// Each reads one section of a file that was checked against the table, and checks what the table cannot say. They run
// in this order: providers before the deployments that name them, deployments before routes, routes before the keys
// that name those.
void read_server(MapReader section, LoadContext& context);
void read_providers(MapReader section, LoadContext& context);
void read_deployments(MapReader section, LoadContext& context);
void read_routes(MapReader routes, MapReader defaults, LoadContext& context);
void read_client_keys(MapReader root, LoadContext& context);
void read_response_store(MapReader section, LoadContext& context);

/// Lays what the map states over `policies`. `path` is its own.
void read_policies(MapReader section, const std::string& path, Policies& policies, LoadContext& context);
/// Lays the constraints that the map states over `constraints`: what it states replaces what is there. `path` is its
/// own. Names that no deployment has are problems.
void read_constraints(MapReader section, const std::string& path, Constraints& constraints, LoadContext& context);
/// A `capabilities` map; `path` is its own.
Capabilities read_capabilities(MapReader section, const std::string& path, LoadContext& context);

/// By the name in YAML, or null.
const DialectInfo* find_dialect(const Environment& environment, std::string_view name);

/// Lays what the map states over `quirks`.
void read_quirks(MapReader section, Quirks& quirks);
/// The text of a configuration whose providers are presets and so have none.
std::expected<Config, std::vector<Problem>> load_without_presets(std::string_view text, const Environment& environment);

/// Fills `facts` and `known`: the catalogue's entry under what the deployment itself states. `vendor` is that of the
/// provider's dialect.
void resolve_facts(Deployment& deployment, std::string_view vendor, const Catalog* catalog);

/// Appends a route for each deployment whose name no route took.
void add_deployment_routes(Config& config);

/// The map `headers` of a section, which go with every request to somebody. `path` is the section's own.
std::vector<std::pair<std::string, std::string>> read_headers(MapReader section, const std::string& path,
                                                              LoadContext& context);
/// Content of a file that the configuration refers to; it is watched from then on. Reports when it cannot be read.
std::optional<std::string> read_referenced_file(const Node& node, std::string_view path, const std::string& what,
                                                LoadContext& context);
/// A credential, given as it is or as `file:PATH`; empty after a problem. `what` is its path in the file.
Secret read_secret(const Node& node, const std::string& what, LoadContext& context);
/// The file that such a value names, or empty.
std::string referenced_path(const Node& node, const LoadContext& context);
/// A PEM file with `label` ("CERTIFICATE") in it; returns its path, or empty after a problem.
std::string read_pem_path(MapReader section, std::string_view key, std::string_view label, const std::string& what,
                          LoadContext& context);

}  // namespace breakwater::config
