#include "breakwater/wire/json_element.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "breakwater/base/strings.hpp"
#include "json_number.hpp"

namespace breakwater {

bool JsonElement::get(bool& out) const noexcept {
    if (!is_bool()) return false;
    out = raw().front() == 't';
    return true;
}

bool JsonElement::get(std::int64_t& out) const noexcept {
    if (!is_int64()) return false;
    out = json_integer(raw());
    return true;
}

bool JsonElement::get(std::uint64_t& out) const noexcept {
    if (is_uint64()) {
        out = parse_u64(raw()).value_or(0);
        return true;
    }
    std::int64_t value = 0;
    if (!get(value) || value < 0) return false;
    out = static_cast<std::uint64_t>(value);
    return true;
}

bool JsonElement::get(double& out) const noexcept {
    std::int64_t integer = 0;
    if (get(integer)) {
        out = static_cast<double>(integer);
        return true;
    }
    if (!is_number()) return false;
    out = json_real(raw());
    return true;
}

JsonElement JsonElement::member(std::string_view key) const noexcept {
    const std::uint32_t end = tree_->behind(at_);
    for (std::uint32_t name = at_ + 1; name != end; name = tree_->behind(name + 1)) {
        if (tree_->is_named(name, key)) return {*tree_, name + 1};
    }
    return {};
}

JsonElement JsonElement::at_pointer(std::string_view pointer) const {
    JsonElement found = *this;
    while (!pointer.empty() && found.exists()) {
        if (pointer.front() != '/') return {};
        pointer.remove_prefix(1);
        const std::size_t end = std::min(pointer.find('/'), pointer.size());
        std::string step(pointer.substr(0, end));
        pointer.remove_prefix(end);
        JsonArray items;
        if (found.get(items)) {
            const auto index = parse_u64(step);
            found = index && (step == "0" || step.front() != '0') ? items.at(*index) : JsonElement();
            continue;
        }
        // "~1" is a slash, "~0" a tilde, in this order.
        for (const auto& [written, meant] : {std::pair("~1", '/'), std::pair("~0", '~')}) {
            for (std::size_t at = step.find(written); at != std::string::npos; at = step.find(written, at + 1)) {
                step.replace(at, 2, 1, meant);
            }
        }
        found = found[step];
    }
    return found;
}

JsonElement JsonArray::at(std::size_t index) const noexcept {
    for (const JsonElement item : *this) {
        if (index-- == 0) return item;
    }
    return {};
}

}  // namespace breakwater
