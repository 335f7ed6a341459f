#include <algorithm>

#include "breakwater/base/json_escapes.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {
namespace {

/// From here on sorting beats comparing each pair that a filter of 64 bits could not tell apart.
constexpr std::size_t kPairwiseMax = 32;
/// A path goes into an error message; nobody needs more of a hostile name than this.
constexpr std::size_t kShownNameBytes = 64;

std::uint64_t filter_bit(std::string_view key) noexcept {
    if (key.empty()) return 1;
    const std::size_t first = static_cast<unsigned char>(key.front());
    const std::size_t middle = static_cast<unsigned char>(key[key.size() / 2]);
    const std::size_t last = static_cast<unsigned char>(key.back());
    return std::uint64_t{1} << ((key.size() * 11 + first * 5 + middle * 3 + last) & 63);
}

bool appears_before(JsonObject fields, std::string_view key, std::size_t index) {
    auto field = fields.begin();
    for (std::size_t i = 0; i < index; ++i, ++field) {
        if (field.key() == key) return true;
    }
    return false;
}

/// Most values hold no names, and need no look.
bool is_container(JsonElement value) noexcept {
    return value.is_object() || value.is_array();
}

/// What one walk over an object finds.
struct Finding {
    std::optional<std::string_view> repeated{};
    bool nested = false;  ///< a value may hold names of its own
};

/// Without an allocation: a name is compared with earlier ones only when its bit in the filter is taken.
Finding look_at_few(JsonObject fields) {
    Finding found;
    std::uint64_t seen = 0;
    std::size_t index = 0;
    for (const auto& field : fields) {
        const std::uint64_t bit = filter_bit(field.key);
        if ((seen & bit) != 0 && appears_before(fields, field.key, index)) {
            found.repeated = field.key;
            return found;
        }
        seen |= bit;
        found.nested = found.nested || is_container(field.value);
        ++index;
    }
    return found;
}

std::optional<std::string_view> repeated_of_many(JsonObject fields) {
    std::vector<std::string_view> keys;
    keys.reserve(fields.size());
    for (const auto& field : fields) keys.push_back(field.key);
    std::ranges::sort(keys);
    const auto repeated = std::ranges::adjacent_find(keys);
    if (repeated == keys.end()) return std::nullopt;
    return *repeated;
}

std::string shown(std::string_view name) {
    if (name.size() <= kShownNameBytes) return std::string(name);
    std::size_t end = kShownNameBytes;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
    return std::string(name.substr(0, end)) + "...";
}

/// `inner` below `step`: "a" + "b" -> "a.b", "a" + "[0]" -> "a[0]".
std::string joined(std::string step, std::string_view inner) {
    if (!inner.starts_with('[')) step += '.';
    return step.append(inner);
}

std::optional<std::string> find_in_object(JsonObject fields) {
    // size() saturates at 2^24 - 1, which is many.
    const bool few = fields.size() <= kPairwiseMax;
    const Finding found = few ? look_at_few(fields) : Finding{.repeated = repeated_of_many(fields), .nested = true};
    if (found.repeated) return shown(*found.repeated);
    if (!found.nested) return std::nullopt;
    for (const auto& field : fields) {
        if (!is_container(field.value)) continue;
        if (const auto inner = find_duplicate_key(field.value)) return joined(shown(field.key), *inner);
    }
    return std::nullopt;
}

std::optional<std::string> find_odd(JsonElement value);

std::optional<std::string> find_odd_in_object(JsonObject fields) {
    for (auto field = fields.begin(); field != fields.end(); ++field) {
        if (field.name().has_escapes() && has_odd_escapes(field.name().written())) return shown(field.key());
        if (const auto inner = find_odd(field.value())) return joined(shown(field.key()), *inner);
    }
    return std::nullopt;
}

std::optional<std::string> find_odd(JsonElement value) {
    if (value.is_object()) return find_odd_in_object(JsonObject(value));
    std::size_t index = 0;
    for (const auto item : JsonArray(value)) {
        if (const auto inner = find_odd(item)) return joined("[" + std::to_string(index) + "]", *inner);
        ++index;
    }
    return std::nullopt;
}

}  // namespace

// The recursion is as deep as the document, which JsonReader bounds. Hardly any has one.
std::optional<std::string> find_odd_key(JsonElement root) {
    return root.has_odd_names() ? find_odd(root) : std::nullopt;
}

// The recursion is as deep as the document, which JsonReader bounds. The path is put together only on the way back.
std::optional<std::string> find_duplicate_key(JsonElement root) {
    JsonObject fields;
    if (root.get(fields)) return find_in_object(fields);
    JsonArray items;
    if (!root.get(items)) return std::nullopt;
    std::size_t index = 0;
    for (const auto item : items) {
        if (is_container(item)) {
            if (const auto inner = find_duplicate_key(item)) return joined("[" + std::to_string(index) + "]", *inner);
        }
        ++index;
    }
    return std::nullopt;
}

}  // namespace breakwater
