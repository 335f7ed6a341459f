#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace breakwater {

/// The page of a request as plain text for a terminal.
std::string explain_text(const nlohmann::ordered_json& page);

/// Appends the candidates of a decision trace as a table, those that were removed below. None for a plain list.
void append_candidates(std::string& out, const nlohmann::ordered_json& decision);

}  // namespace breakwater
