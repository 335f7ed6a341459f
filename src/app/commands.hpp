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
int new_key(const std::string& name);
/// Asks a running gateway's administration listener at `address` ("127.0.0.1:9090") whether it is ready.
int healthcheck(const std::string& address);
int version();

}  // namespace breakwater::app
