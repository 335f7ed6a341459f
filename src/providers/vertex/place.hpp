#pragma once

#include <string>
#include <string_view>

#include "breakwater/config/config.hpp"

namespace breakwater::vertex {

/// The address of a location's models
/// (https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations). Empty: global.
std::string location_address(std::string_view location);

/// The path before the names of a publisher's models, with a slash at its end. Without a project: that of express mode,
/// where the API key stands for it.
std::string models_path(const config::GoogleSettings& google, std::string_view publisher);

/// Claude models are Anthropic's, and speak its dialect; all others are Google's.
bool is_claude(std::string_view model) noexcept;

}  // namespace breakwater::vertex
