#pragma once

#include <cstddef>
#include <string_view>

namespace breakwater {

/// Walks once through the text of JSON that was read before, for who replaces some of its values and leaves every
/// other byte as it is: JsonReader does not say where in the text a value stood. Nothing is checked, and nothing beyond
/// the text is read, whatever is in it. Borrows the text. It recurses with its caller, who has had the depth limited.
class JsonCursor {
public:
    explicit JsonCursor(std::string_view json) noexcept : json_(json) {}

    /// The first character of the value ahead, which tells its type; NUL at the end of the text.
    [[nodiscard]] char peek() noexcept {
        while (at_ < json_.size() && is_blank(json_[at_])) ++at_;
        return at_ < json_.size() ? json_[at_] : '\0';
    }
    /// Steps over the value ahead.
    void skip() noexcept;
    /// The string ahead as it is written, escapes and all, without its quotes; empty, and stepped over, for any other
    /// value.
    std::string_view string() noexcept;

    /// Steps into the object ahead: `visit(name)` for each member, with the name as it is written, takes or skips the
    /// value. Another value is stepped over.
    template <class Visit>
    void members(Visit visit) {
        walk('{', '}', [&] {
            const std::string_view name = string();
            if (peek() == ':') ++at_;
            visit(name);
        });
    }
    /// Steps into the array ahead: `visit()` takes or skips each item. Another value is stepped over.
    template <class Visit>
    void items(Visit visit) {
        walk('[', ']', visit);
    }

private:
    static bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

    template <class Entry>
    void walk(char open, char close, Entry entry) {
        if (peek() != open) return skip();
        ++at_;
        while (peek() != '\0') {
            if (json_[at_] == close) {
                ++at_;
                return;
            }
            const std::size_t before = at_;
            entry();
            if (peek() == ',') ++at_;
            if (at_ == before) at_ = json_.size();
        }
    }

    void skip_string() noexcept;

    std::string_view json_;
    std::size_t at_ = 0;
};

}  // namespace breakwater
