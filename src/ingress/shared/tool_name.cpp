#include "tool_name.hpp"

#include <algorithm>

namespace breakwater::ingress {
namespace {

// OpenAI takes 64 characters, Anthropic 128, Google dots and colons.
constexpr std::size_t kNameBytesMax = 128;

bool is_plain(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

bool read_tool_name(const Value& definition, std::string& out, std::string_view beyond) {
    if (!definition.required("name", out)) return false;
    const std::optional<Value> name = definition.find("name");
    if (out.size() > kNameBytesMax) return name->fail("string_above_max_length", "expected at most 128 characters");
    const auto is_taken = [beyond](char c) { return is_plain(c) || beyond.find(c) != std::string_view::npos; };
    return std::ranges::all_of(out, is_taken) || name->wrong_value("a name of letters, digits, _ and -");
}

}  // namespace breakwater::ingress
