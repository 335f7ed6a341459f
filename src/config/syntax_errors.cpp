#include "syntax_errors.hpp"

#include <yaml-cpp/exceptions.h>

#include <algorithm>
#include <array>
#include <string>

#include "breakwater/base/strings.hpp"

namespace breakwater::config {
namespace {

struct Wording {
    std::string_view parser;  ///< start of yaml-cpp's message
    std::string_view message;
    std::string_view hint;
};

const std::array kWordings{
    Wording{YAML::ErrorMsg::MAP_VALUE, "a `:` is not expected here",
            "indent the keys of one map alike, and put a text that contains `: ` in quotes"},
    Wording{YAML::ErrorMsg::END_OF_MAP_FLOW, "a map in braces is not closed",
            "add the `}`, with a `,` between its keys"},
    Wording{YAML::ErrorMsg::END_OF_SEQ_FLOW, "a list in brackets is not closed",
            "add the `]`, with a `,` between its items"},
    Wording{YAML::ErrorMsg::END_OF_MAP, "this does not fit into the map above it",
            "indent the keys of one map alike, and put a text with special characters in quotes as a whole"},
    Wording{YAML::ErrorMsg::END_OF_SEQ, "this does not fit into the list above it",
            "indent the items of one list alike"},
    Wording{YAML::ErrorMsg::FLOW_END, "this bracket or brace does not close what was opened last",
            "a list ends with `]`, a map in braces with `}`"},
    Wording{YAML::ErrorMsg::BLOCK_ENTRY, "a list item is not expected here", "put the `- ` on a line of its own"},
    Wording{YAML::ErrorMsg::MAP_KEY, "a key is not expected here", "put it on a line of its own"},
    Wording{YAML::ErrorMsg::EOF_IN_SCALAR, "a quoted text has no closing quote", "add the quote where the text ends"},
    Wording{YAML::ErrorMsg::UNKNOWN_TOKEN, "a text cannot start with this character", "put the text in quotes"},
    Wording{YAML::ErrorMsg::INVALID_ESCAPE, "this escape is not known in double quotes",
            "write \\\\ for a backslash, or use single quotes"},
    Wording{YAML::ErrorMsg::UNKNOWN_ANCHOR, "this alias refers to no anchor",
            "define it above with `&name`, or put the text in quotes"},
    Wording{YAML::ErrorMsg::ALIAS_NOT_FOUND, "a `*` starts an alias, and its name is missing",
            "put the text in quotes"},
    Wording{YAML::ErrorMsg::ANCHOR_NOT_FOUND, "a `&` starts an anchor, and its name is missing",
            "put the text in quotes"},
};

/// Column (1-based) of a tab in the indentation of the line, or 0.
int tab_in_indentation(std::string_view line) noexcept {
    const std::size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
    const std::size_t tab = line.substr(0, indent).find('\t');
    return tab == std::string_view::npos ? 0 : static_cast<int>(tab) + 1;
}

/// `{ key: ${VAR} }` without quotes: the parser takes the brace for a map.
bool has_bare_reference_in_braces(std::string_view line) noexcept {
    const std::size_t brace = line.find('{');
    const std::size_t reference = line.find("${");
    if (reference == std::string_view::npos || brace >= reference) return false;
    return reference == 0 || (line[reference - 1] != '"' && line[reference - 1] != '\'');
}

}  // namespace

void report_syntax_error(const SourceText& source, int line, int byte_column, std::string_view parser_message,
                         int opened_line, Problems& problems) {
    const Mark mark = source.mark(line, byte_column);
    const std::string_view text = source.line(mark.line);
    if (const int column = tab_in_indentation(text); column > 0) {
        problems.add({mark.line, column}, "a tab indents this line; YAML allows only spaces there",
                     "replace the tab by spaces");
        return;
    }
    if (has_bare_reference_in_braces(text)) {
        problems.add({mark.line, static_cast<int>(character_count(text.substr(0, text.find("${")))) + 1},
                     "a reference inside of braces must be in quotes", "write \"${VAR}\"");
        return;
    }
    const auto known =
        std::ranges::find_if(kWordings, [&](const Wording& w) { return parser_message.starts_with(w.parser); });
    if (known == kWordings.end()) {
        problems.add(mark, "this is not valid YAML: " + std::string(parser_message));
        return;
    }
    std::string hint(known->hint);
    const bool is_open =
        known->parser == YAML::ErrorMsg::END_OF_MAP_FLOW || known->parser == YAML::ErrorMsg::END_OF_SEQ_FLOW;
    if (is_open && opened_line > 0) hint += "; it was opened in line " + std::to_string(opened_line);
    problems.add(mark, std::string(known->message), std::move(hint));
}

}  // namespace breakwater::config
