#include "argument_scan.hpp"

namespace breakwater::ingress {

void ArgumentScan::feed(std::string_view piece) noexcept {
    for (const char c : piece) {
        if (escaped_) {
            escaped_ = false;
        } else if (in_string_) {
            escaped_ = c == '\\';
            in_string_ = c != '"';
        } else if (c == '"') {
            in_string_ = true;
        } else if (c == '{' || c == '[') {
            begun_ = true;
            ++depth_;
        } else if ((c == '}' || c == ']') && depth_ > 0) {
            --depth_;
        }
    }
}

}  // namespace breakwater::ingress
