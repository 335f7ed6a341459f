#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "value.hpp"

// What OpenAI's APIs have in common.

namespace breakwater::ingress {

bool read_strings(const Value& array, std::vector<std::string>& out);
/// One string or several. How many a provider takes is the capability map's business.
bool read_stop(const Value& value, std::vector<std::string>& stop);
/// At most 16 pairs of strings.
bool read_metadata(const Value& value, JsonText& metadata);
/// A level of reasoning, from `none` to `max`.
bool read_effort(const Value& value, Reasoning& reasoning);
bool read_verbosity(const Value& value, std::string& verbosity);
/// `{"name", "schema", "description", "strict"}` of a structured answer.
bool read_schema(const Value& value, ResponseFormat& format);
/// Keeps a top-level member that the dialect does not have among the extensions, which are bounded.
bool keep_extension(std::string_view name, const Value& value, ChatRequest& request);

}  // namespace breakwater::ingress
