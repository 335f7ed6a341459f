#pragma once

#include <string_view>

#include "breakwater/base/json_escapes.hpp"

namespace breakwater {

/// A text for who writes JSON: what it says, or, when it has stood in a JSON text before, what is written there between
/// the quotes. A view.
struct JsonString {
    constexpr JsonString() noexcept = default;
    explicit constexpr JsonString(std::string_view said) noexcept : bytes(said) {}
    static constexpr JsonString written(std::string_view bytes, bool escaped) noexcept {
        JsonString string(bytes);
        string.as_written = true;
        string.escaped = escaped;
        return string;
    }

    /// What it says, piece by piece: `visit(std::string_view)`.
    template <class Visit>
    void visit_said(Visit visit) const {
        if (escaped) return visit_unescaped(bytes, visit);
        visit(bytes);
    }

    std::string_view bytes{};
    bool as_written = false;  ///< valid between quotes as it is
    bool escaped = false;     ///< it says something else than its bytes, because there are escapes in it
};

}  // namespace breakwater
