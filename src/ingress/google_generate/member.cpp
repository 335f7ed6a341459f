#include "member.hpp"

#include "breakwater/base/strings.hpp"

namespace breakwater::google_generate {

std::optional<Value> find(const Value& object, const Name& name) noexcept {
    std::optional<Value> member = object.find(name.camel);
    if (!member && name.snake != name.camel) member = object.find(name.snake);
    return member;
}

bool read_required(const Value& object, const Name& name, std::string& out) {
    return object.required(object.find(name.snake) ? name.snake : name.camel, out);
}

std::string camel_case(std::string_view name) {
    std::string camel;
    camel.reserve(name.size());
    bool capital = false;
    for (const char c : name) {
        if (c == '_' && !camel.empty()) {
            capital = true;
        } else {
            camel += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
            capital = false;
        }
    }
    return camel;
}

std::string enum_word(std::string_view word, std::string_view prefix) {
    std::string lower = to_lower(word);
    if (lower.starts_with(prefix)) lower.erase(0, prefix.size());
    return lower;
}

}  // namespace breakwater::google_generate
