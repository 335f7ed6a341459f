#include "breakwater/canonical/logprobs.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

/// Past the string that `json` begins with; its size when the string is not closed.
std::size_t string_length(std::string_view json) noexcept {
    for (std::size_t i = 1; i < json.size(); ++i) {
        if (json[i] == '\\')
            ++i;
        else if (json[i] == '"')
            return i + 1;
    }
    return json.size();
}

/// Length of the value that `json` begins with: up to the comma or bracket that follows it at its own level.
std::size_t value_length(std::string_view json) noexcept {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < json.size();) {
        const char c = json[i];
        if (c == '"') {
            i += string_length(json.substr(i));
            continue;
        }
        if (depth == 0 && (c == ',' || c == ']' || c == '}')) return i;
        if (c == '[' || c == '{') ++depth;
        if (c == ']' || c == '}') --depth;
        ++i;
    }
    return json.size();
}

/// Takes the next `"name": value` off the inside of an object.
struct Member {
    std::string_view name;
    std::string_view value;
};
Member take_member(std::string_view& inside) noexcept {
    const std::size_t name_end = string_length(inside);
    const std::string_view name = inside.substr(0, name_end);
    const std::size_t colon = std::min(inside.find(':', name_end), inside.size());
    std::string_view rest = inside.substr(std::min(colon + 1, inside.size()));
    const std::string_view value = rest.substr(0, value_length(rest));
    rest.remove_prefix(value.size());
    const std::size_t comma = rest.find(',');
    inside = comma == std::string_view::npos ? std::string_view() : trim(rest.substr(comma + 1));
    return {name, trim(value)};
}

bool is_enclosed(std::string_view text, char open, char close) noexcept {
    return text.size() >= 2 && text.front() == open && text.back() == close;
}

/// Calls `take` with the name of each member that is a list, in its quotes, and what stands between its brackets.
template <class Take>
void each_list(std::string_view json, Take take) {
    json = trim(json);
    if (!is_enclosed(json, '{', '}')) return;
    std::string_view inside = trim(json.substr(1, json.size() - 2));
    while (!inside.empty()) {
        const auto [name, value] = take_member(inside);
        if (is_enclosed(value, '[', ']')) take(name, trim(value.substr(1, value.size() - 2)));
    }
}

}  // namespace

std::string_view logprob_content(std::string_view json) noexcept {
    std::string_view content;
    each_list(json, [&](std::string_view name, std::string_view items) {
        if (name == "\"content\"") content = items;
    });
    return content;
}

void LogprobsMerge::add(std::string_view json) {
    each_list(json, [&](std::string_view name, std::string_view items) {
        if (name == "\"content\"") append(content_, items);
        if (name == "\"refusal\"") append(refusal_, items);
    });
}

void LogprobsMerge::append(Items& items, std::string_view more) {
    items.present = true;
    if (more.empty()) return;
    if (!items.text.empty()) items.text += ',';
    items.text += more;
}

std::string LogprobsMerge::json() const {
    if (!content_.present && !refusal_.present) return {};
    std::string result = "{\"content\":";
    result += content_.present ? "[" + content_.text + "]" : "null";
    result += ",\"refusal\":";
    result += refusal_.present ? "[" + refusal_.text + "]" : "null";
    result += '}';
    return result;
}

}  // namespace breakwater
