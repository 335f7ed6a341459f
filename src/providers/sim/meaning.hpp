#pragma once

#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::sim {

// Texts with words in common are near each other, so that searches over simulated vectors find something.

/// The answer to a request for embeddings in OpenAI's form. The Error is what a server would answer with 400.
Result<std::string> embeddings_json(std::string_view model, JsonReader::Element body);

/// The answer to a request for a ranking in Jina's form.
Result<std::string> rerank_json(std::string_view model, JsonReader::Element body);

}  // namespace breakwater::sim
