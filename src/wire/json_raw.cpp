#include <array>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater {
namespace {

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// How much deeper a mark leads.
constexpr std::array<std::int8_t, 256> kSteps = [] {
    std::array<std::int8_t, 256> steps{};
    steps['{'] = steps['['] = 1;
    steps['}'] = steps[']'] = -1;
    return steps;
}();

/// The places in a text at which something begins, as the parser found them: brackets, commas, colons, strings, other
/// values. What is within strings has none, so that long texts cost nothing here.
struct Places {
    std::string_view json;
    const std::uint32_t* at;
    std::size_t count;

    [[nodiscard]] char mark(std::size_t index) const noexcept { return json[at[index]]; }

    /// The index of the comma or bracket behind the value that begins at `index`, or `count`. Long lists are walked
    /// through here, so that each place costs as little as it can.
    [[nodiscard]] std::size_t end_of_value(std::size_t index) const noexcept {
        const char* const text = json.data();
        int depth = 0;
        do {
            depth += kSteps[static_cast<unsigned char>(text[at[index]])];
            ++index;
        } while (depth > 0 && index < count);
        return index;
    }

    [[nodiscard]] bool is_name(std::size_t index, std::string_view name) const noexcept {
        const std::string_view text = json.substr(at[index]);
        return text.size() > name.size() + 1 && text.substr(1, name.size()) == name && text[name.size() + 1] == '"';
    }

    [[nodiscard]] std::string_view between(std::size_t first, std::size_t end) const noexcept {
        std::string_view text = json.substr(at[first], at[end] - at[first]);
        while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
        return text;
    }
};

}  // namespace

// The DOM does not say where a value stood in the text, but the parser still has what its first stage found. Of the
// member's structure nothing is checked: the text was parsed.
std::string_view JsonReader::raw_member(std::string_view json, std::string_view name) const noexcept {
    if (!parser_.implementation) return {};
    const Places places{.json = json,
                        .at = parser_.implementation->structural_indexes.get(),
                        .count = parser_.implementation->n_structural_indexes};
    if (places.count == 0 || places.mark(0) != '{') return {};
    // Name, colon, value; then a comma, or the bracket at the end.
    for (std::size_t index = 1; index + 3 < places.count;) {
        const std::size_t end = places.end_of_value(index + 2);
        if (end >= places.count) return {};
        if (places.is_name(index, name)) return places.between(index + 2, end);
        index = end + 1;
    }
    return {};
}

}  // namespace breakwater
