#pragma once

#include <string>

#include "breakwater/config/loader.hpp"

namespace breakwater::app {

// Exit codes of the program.
inline constexpr int kOk = 0;
inline constexpr int kFailure = 1;
inline constexpr int kUsage = 2;
inline constexpr int kBadConfig = 78;  // EX_CONFIG of sysexits.h

/// Loads FILE, or the embedded default when `path` is empty; problems go to stderr.
std::optional<config::Config> load_or_explain(const std::string& path, const config::Environment& environment);

int serve(const std::string& config_path, const config::Environment& environment);
int check(const std::string& config_path, const config::Environment& environment);
int schema(const config::Environment& environment);
int reference(const config::Environment& environment);
int models(const std::string& config_path, bool json, const config::Environment& environment);
/// What `explain` is asked: the request is read from a file, from standard input ("-"), or made for `model` alone.
struct ExplainOptions {
    std::string config_path{};
    std::string model{};    ///< instead of the request's own; or empty
    std::string request{};  ///< a file, "-", or empty
    bool all_bodies = false;
    bool json = false;
};
/// Prints where a request would go under a configuration, without a running gateway: nothing is known of health.
int explain(const ExplainOptions& options, const config::Environment& environment);
int new_key(const std::string& name);
/// Asks a running gateway's administration listener at `address` ("127.0.0.1:9090") whether it is ready.
int healthcheck(const std::string& address);
int version();

}  // namespace breakwater::app
