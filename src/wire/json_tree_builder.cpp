#include "json_tree_builder.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include "json_number.hpp"
#include "json_unescape.hpp"

namespace breakwater {
namespace {

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Room for `count`, and for more, so that texts that get longer and longer do not each need it anew.
template <class T>
T* room(std::unique_ptr<T[]>& kept, std::size_t& max, std::size_t count) {  // NOLINT(modernize-avoid-c-arrays)
    if (count > max) {
        const std::size_t wanted = std::max(count, max + max / 2);
        kept.reset();
        max = 0;
        kept = std::make_unique_for_overwrite<T[]>(wanted);  // NOLINT(modernize-avoid-c-arrays)
        max = wanted;
    }
    return kept.get();
}

}  // namespace

JsonTreeBuilder::JsonTreeBuilder(JsonTree& tree, const JsonPlaces& places, std::string_view text, std::size_t depth_max)
    : tree_(tree),
      nodes_(room(tree.nodes_, tree.nodes_max_, places.size())),  // each place begins at most one
      text_(text.data()),
      places_(places.data()),
      size_(static_cast<std::uint32_t>(text.size())),
      count_(places.size()),
      depth_max_(depth_max),
      backslash_(next_backslash(0)) {
    tree_.text_ = text_;
    tree_.decoded_used_ = 0;
}

JsonRefusal JsonTreeBuilder::run() {
    bool read = value();
    while (read && depth_ > 0) {
        const bool object = is_object_open();
        const char found = mark();
        ++place_;
        if (found == ',') {
            read = (!object || name()) && value();
        } else if (found == (object ? '}' : ']')) {
            close();
        } else {
            read = false;
        }
    }
    if (!read) return too_deep_ ? JsonRefusal::too_deep : JsonRefusal::malformed;
    if (place_ != count_) return JsonRefusal::malformed;
    room(tree_.decoded_, tree_.decoded_max_, decoded_bytes_);
    return JsonRefusal::none;
}

bool JsonTreeBuilder::is_object_open() const noexcept {
    return nodes_[open_].type() == JsonType::object;
}

/// Reads one value, or of a container its bracket, what is empty in it, and its first value.
bool JsonTreeBuilder::value() {
    for (;;) {
        ++entries_;
        switch (mark()) {
            case '"':
                return string();
            case '{':
                if (!open(JsonType::object)) return false;
                if (mark() == '}') break;
                if (!name()) return false;
                continue;
            case '[':
                if (!open(JsonType::array)) return false;
                if (mark() == ']') break;
                continue;
            case 't':
                return word("true", JsonType::boolean);
            case 'f':
                return word("false", JsonType::boolean);
            case 'n':
                return word("null", JsonType::null);
            case '-':
            case '0':
            case '1':
            case '2':
            case '3':
            case '4':
            case '5':
            case '6':
            case '7':
            case '8':
            case '9':
                return number();
            default:
                return false;
        }
        ++place_;
        close();
        return true;
    }
}

bool JsonTreeBuilder::open(JsonType type) {
    if (depth_ == depth_max_) {
        too_deep_ = true;
        return false;
    }
    if (depth_ > 0) nodes_[open_].set_count(entries_);
    const std::uint32_t around = open_;
    open_ = added_;
    add(type, places_[place_], 0).link_ = around;
    entries_ = 0;
    ++depth_;
    ++place_;
    return true;
}

/// Behind the closing bracket.
void JsonTreeBuilder::close() noexcept {
    JsonNode& container = nodes_[open_];
    container.end_ = places_[place_ - 1] + 1;
    container.set_count(entries_);
    open_ = container.link_;
    container.link_ = added_;
    --depth_;
    entries_ = depth_ > 0 ? nodes_[open_].count() : 0;
}

bool JsonTreeBuilder::name() {
    if (mark() != '"' || !string() || mark() != ':') return false;
    ++place_;
    return true;
}

JsonNode& JsonTreeBuilder::add(JsonType type, std::uint32_t begin, std::uint32_t end) noexcept {
    JsonNode& node = nodes_[added_++];
    node = JsonNode(type, begin, end);
    return node;
}

/// Behind the last byte of the value at this place. Each run of blanks is walked once, because it lies between two
/// places.
std::uint32_t JsonTreeBuilder::end_of_value() const noexcept {
    std::uint32_t end = place_ + 1 < count_ ? places_[place_ + 1] : size_;
    while (is_blank(text_[end - 1])) --end;
    return end;
}

// The first stage has found the closing quote: nothing but blanks stands between it and the next place.
bool JsonTreeBuilder::string() {
    const std::uint32_t begin = places_[place_] + 1;
    const std::uint32_t end = end_of_value() - 1;
    if (end < begin || text_[end] != '"') return false;
    ++place_;
    JsonNode& node = add(JsonType::string, begin, end);
    if (end <= backslash_) return true;
    if (!are_json_escapes({text_ + begin, end - begin})) return false;
    node.meta_ |= JsonNode::kEscaped;
    decoded_bytes_ += sizeof(std::uint32_t) + end - begin;
    backslash_ = next_backslash(end);
    return true;
}

bool JsonTreeBuilder::number() {
    const std::uint32_t begin = places_[place_];
    const std::uint32_t end = end_of_value();
    const auto type = json_number_type({text_ + begin, end - begin});
    if (!type) return false;
    ++place_;
    add(*type, begin, end);
    return true;
}

bool JsonTreeBuilder::word(std::string_view expected, JsonType type) {
    const std::uint32_t begin = places_[place_];
    const std::uint32_t end = end_of_value();
    if (std::string_view(text_ + begin, end - begin) != expected) return false;
    ++place_;
    add(type, begin, end);
    return true;
}

/// One search for all strings: most texts have few escapes, or none.
std::uint32_t JsonTreeBuilder::next_backslash(std::size_t from) const noexcept {
    const void* const found = from < size_ ? std::memchr(text_ + from, '\\', size_ - from) : nullptr;
    return found == nullptr ? size_ : static_cast<std::uint32_t>(static_cast<const char*>(found) - text_);
}

}  // namespace breakwater
