#include "tool_name.hpp"

#include <algorithm>

namespace breakwater::ingress {
namespace {

// OpenAI takes 64 characters, Anthropic 128, Google dots and colons.
constexpr std::size_t kNameBytesMax = 128;

bool is_name_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == ':';
}

}  // namespace

bool read_tool_name(const Value& definition, std::string& out) {
    if (!definition.required("name", out)) return false;
    const std::optional<Value> name = definition.find("name");
    if (out.size() > kNameBytesMax) return name->fail("string_above_max_length", "expected at most 128 characters");
    return std::ranges::all_of(out, is_name_character) || name->wrong_value("a name of letters, digits, _ and -");
}

}  // namespace breakwater::ingress
