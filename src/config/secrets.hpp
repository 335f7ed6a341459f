#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "breakwater/config/loader.hpp"

namespace breakwater::config {

struct SecretFault {
    std::string message;
    std::string hint;
};

/// Why a credential cannot be a real one: empty, short, a placeholder, or not fit for a header. Nothing for a good one.
/// The texts never contain the value.
std::optional<SecretFault> secret_fault(std::string_view value);

/// Paths may be written as `file:PATH`, as where a credential can stand in their place.
std::string_view without_file_prefix(std::string_view path) noexcept;

/// `path` itself when absolute, else below the folder of `config_path`.
std::string resolve_path(std::string_view path, std::string_view config_path);

}  // namespace breakwater::config
