#pragma once

#include <string_view>

#include "problems.hpp"
#include "source_text.hpp"

namespace breakwater::config {

/// Reports the YAML parser's complaint in words that say what to change. `line` and `byte_column` are the parser's,
/// zero-based;
/// `opened_line` is that of the innermost open brace or bracket, 0 for none.
void report_syntax_error(const SourceText& source, int line, int byte_column, std::string_view parser_message,
                         int opened_line, Problems& problems);

}  // namespace breakwater::config
