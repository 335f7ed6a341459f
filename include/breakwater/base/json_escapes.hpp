#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace breakwater {

/// True when each escape of a JSON string (RFC 8259, section 7) is one, and surrogates come in pairs. `string` is what
/// stands between the quotes. Pure, as all of this.
bool are_json_escapes(std::string_view string) noexcept;

/// Whether such a string has an escape for a letter, a digit, a blank or one of _ - . $, which no serialiser writes as
/// one: somebody wants a name not to be seen.
bool has_odd_escapes(std::string_view string) noexcept;

/// Writes such a string decoded to `to`, where there is room for `string.size()` bytes: none is longer then. Returns
/// how many there are.
std::size_t unescape_json(std::string_view string, char* to) noexcept;
std::string unescaped_json(std::string_view string);

/// Takes the escape that `string` begins with off it, and writes what it stands for: 1 to 4 bytes, whose number it
/// returns.
std::size_t take_json_escape(std::string_view& string, char* to) noexcept;

/// What such a string says, piece by piece: `visit(std::string_view)` for each run of plain bytes and for each escape.
template <class Visit>
void visit_unescaped(std::string_view string, Visit visit) {
    while (true) {
        const std::size_t plain = std::min(string.find('\\'), string.size());
        if (plain > 0) visit(string.substr(0, plain));
        string.remove_prefix(plain);
        if (string.empty()) return;
        std::array<char, 4> said;
        visit(std::string_view(said.data(), take_json_escape(string, said.data())));
    }
}

/// Such a string without the white space at the end of what it says, which may be escapes.
std::string_view written_without_trailing_space(std::string_view string) noexcept;

}  // namespace breakwater
