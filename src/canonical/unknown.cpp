#include "breakwater/canonical/unknown.hpp"

namespace breakwater {

std::string_view to_string(Unknown what) noexcept {
    switch (what) {
        case Unknown::event:
            return "event";
        case Unknown::content:
            return "content";
        case Unknown::finish_reason:
            return "finish_reason";
        case Unknown::field:
            return "field";
    }
    return "";
}

}  // namespace breakwater
