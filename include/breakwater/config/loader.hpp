#pragma once

#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/catalog/catalog.hpp"
#include "breakwater/config/config.hpp"

namespace breakwater::config {

/// One problem in a configuration file, ready to be shown.
struct Problem {
    std::string file{};
    Mark mark{};
    std::string message{};    ///< what is wrong and what was expected
    std::string hint{};       ///< nearest valid word or next step, or empty
    std::string line_text{};  ///< the source line, for the caret
};

/// `file:line:column: message`, the source line, a caret under the column, and the hint.
std::string to_string(const Problem& problem);

/// What a provider dialect is called and which Provider members it needs. The registry of providers is a higher
/// layer, so the loader is told.
struct DialectInfo {
    std::string name{};
    bool needs_key = true;
    bool needs_base_url = false;
    std::string vendor{};        ///< catalogue file of the vendor whose address it uses by default, or empty
    std::string key_variable{};  ///< the usual environment variable, e.g. OPENAI_API_KEY, or empty
    bool aws = false;            ///< served in a region of AWS: takes AWS keys as well as an api_key
    bool google = false;  ///< served in a project of Google's cloud: takes a Google account as well as an api_key
    std::vector<std::string> apis{};  ///< that a deployment may be pinned to, or none
    /// Why a model cannot be asked through one of `apis`, as a sentence without its end, or nothing. Null: any can.
    std::optional<std::string> (*api_fault)(std::string_view api, std::string_view model) = nullptr;
    /// Beginnings of model names whose models are another vendor's, with the vendor.
    std::vector<std::pair<std::string, std::string>> vendors{};
};

/// Everything outside the file that loading depends on; made once by app, faked in tests.
struct Environment {
    std::function<std::optional<std::string>(const std::string&)> variable;                     ///< getenv
    std::function<std::expected<std::string, std::string>(const std::string& path)> read_file;  ///< content, or why not
    std::vector<DialectInfo> dialects;
    const Catalog* catalog = nullptr;
    /// Why a dialect's models have none of this name with these settings, as a sentence, or nothing; what is said of
    /// the settings is asked with the model "chat". Dialects that know their models are a higher layer. Empty: no
    /// check.
    std::function<std::optional<std::string>(std::string_view dialect, std::string_view model, const SimSettings&)>
        model_fault{};
};

/// The process environment and file system, with the given dialects and the built-in catalogue.
Environment real_environment(std::vector<DialectInfo> dialects);

/// Loads a file. All problems at once, in file order; never throws on bad input. Bounded: 1 MiB, 100 levels, 50,000
/// nodes after alias expansion.
std::expected<Config, std::vector<Problem>> load_file(const std::string& path, const Environment& environment);
std::expected<Config, std::vector<Problem>> load_text(std::string_view text, const std::string& file_name,
                                                      const Environment& environment);

/// The configuration without a file: provider `sim`, and every vendor of a dialect or preset whose key variable is set
/// (for AWS: a key and the region, in the variables of its SDKs), each of its catalogue chat models as a deployment
/// named "<vendor>/<id>" and, when no other vendor has that id, a route "<id>". BREAKWATER_LISTEN and BREAKWATER_ADMIN
/// replace the addresses.
Config embedded_default(const Environment& environment);
/// Why that configuration must not be served, as a sentence, or nothing. It asks no client for a key, so on an address
/// that others reach BREAKWATER_KEYS=open has to say that it is meant so, as `keys: open` does in a file. A variable
/// that is no address is a fault as well.
std::optional<std::string> embedded_default_fault(const Config& config, const Environment& environment);

/// JSON Schema (2020-12) of the configuration file, made from the same table as the loader.
std::string json_schema(const Environment& environment);

/// The reference of every key, with type, default and meaning, as Markdown: docs/configuration.md is this text.
std::string reference_markdown(const Environment& environment);

}  // namespace breakwater::config
