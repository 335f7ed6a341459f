#pragma once

#include <string>
#include <string_view>

namespace breakwater::ingress {

/// JSON that came from elsewhere must not bring line ends into an event. In valid JSON they are white space only.
inline void append_one_line(std::string& out, std::string_view json) {
    for (const char c : json) out += c == '\n' || c == '\r' ? ' ' : c;
}

}  // namespace breakwater::ingress
