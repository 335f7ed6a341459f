#pragma once

#include <string_view>

namespace breakwater {

/// What spans say of a request's path: fixed words, whatever the client wrote.
struct PathWords {
    std::string_view route{};      ///< template of the path as docs/endpoints.md has it; empty: nothing is there
    std::string_view operation{};  ///< what providers are asked for, `gen_ai.operation.name`; empty: nothing
};

/// Of a path of the client listener, by the same rules as match_api_path.
PathWords path_words(std::string_view path);

/// The method as a word that is known, or `_OTHER`, as OpenTelemetry's conventions for HTTP say it.
std::string_view method_word(std::string_view method) noexcept;

}  // namespace breakwater
