#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/config/loader.hpp"
#include "key_spec.hpp"

namespace breakwater::config {

/// What is wrong with a scalar: what was expected, and how to write it (may be empty).
struct ScalarFault {
    std::string expected;
    std::string hint;
};

/// "a duration such as 800ms, 2s or 1m30s": for messages, the schema and the reference.
std::string expectation(const KeySpec& key, const Environment& environment);
/// The same without examples.
std::string short_expectation(const KeySpec& key, const Environment& environment);

/// Checks a scalar against its row: syntax, words and range. Nothing when it is good.
std::optional<ScalarFault> scalar_fault(const KeySpec& key, std::string_view text, const Environment& environment);

bool is_container(Type type) noexcept;
bool is_name(std::string_view text) noexcept;
/// Blank separated words of a row.
std::vector<std::string_view> words_of(std::string_view words);
bool has_word(std::string_view words, std::string_view word);
std::vector<std::string_view> dialect_names(const Environment& environment);

}  // namespace breakwater::config
