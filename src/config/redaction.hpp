#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace breakwater::config {

// What of a file may be shown. A covered character becomes one asterisk, so that a caret below still points at the
// right column. Texts are covered rather too much than too little.

/// Covers the bytes `[from, to)`; returns where what follows them begins now.
std::size_t cover(std::string& line, std::size_t from, std::size_t to);

/// True for a key whose value may be a credential: by the words in it, unless it is one of ours that holds none.
bool names_secret(std::string_view key);

/// Covers the value that starts at `from`, which is its opening quote or first character, but neither references to
/// variables nor paths after `file:`. Returns where it ends now.
std::size_t cover_value(std::string& line, std::size_t from);

/// Covers values behind the names of secrets, user and password of URLs, and what begins as vendors' keys do.
void cover_secrets(std::string& line);

/// A key as a message may show it: it may hold a value from which no blank separates it.
std::string shown_key(std::string_view key);

/// With control characters as escapes, so that no text of a file can move a terminal's cursor or fake a line.
std::string printable(std::string_view text);

}  // namespace breakwater::config
