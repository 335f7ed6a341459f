#include "breakwater/canonical/client_text.hpp"

#include "breakwater/base/json_escapes.hpp"

namespace breakwater {

std::string_view ClientText::view() const {
    if (!shared_) return own_;
    const JsonString& string = shared_->string;
    if (!string.escaped) return string.bytes;
    // A string that is not empty says something.
    if (own_.empty()) own_ = unescaped_json(string.bytes);
    return own_;
}

std::string& ClientText::own() {
    if (shared_) {
        if (const std::string_view said = view(); own_.empty()) own_ = said;
        shared_.reset();
    }
    return own_;
}

}  // namespace breakwater
