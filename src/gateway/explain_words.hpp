#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace breakwater {

/// Client bytes on a terminal: no control characters, no escape sequences, and not too many.
std::string printable(std::string_view text);

// Sentences for people, from what log lines and plans say in JSON. Whatever a client wrote in it comes out printable.

/// Why the first deployment is first. `decision` is a decision trace, or null for a plain list.
std::vector<std::string> decision_words(const nlohmann::ordered_json& decision);

/// Who would have been asked first and was not, in one sentence. `passed_over` is an array of a log line.
std::string passed_over_words(const nlohmann::ordered_json& passed_over);

/// What became of each attempt, in one sentence. Empty without attempts.
std::string attempts_words(const nlohmann::ordered_json& attempts);

/// Why no further attempt was made, and what to change, where a log line says that one was withheld. Empty otherwise.
std::string retry_words(const std::string& route, const std::string& retry);

/// "large: max.price_output (15 is above 5)", of an entry of the trace's `removed`.
std::string removed_words(const nlohmann::ordered_json& removed);

/// "1 candidate", "2 candidates".
std::string counted(std::int64_t count, std::string_view word);

// A member as it is, or what stands for one that is not there.
std::string text_of(const nlohmann::ordered_json& object, const char* name);
double number_of(const nlohmann::ordered_json& object, const char* name);

}  // namespace breakwater
