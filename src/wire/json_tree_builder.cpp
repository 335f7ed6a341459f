#include "json_tree_builder.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include "breakwater/base/json_escapes.hpp"
#include "json_number.hpp"

// What the builder holds has to stay in registers: its nodes are written through a pointer that could be to anything.
#define BREAKWATER_IN_PLACE [[gnu::always_inline]] inline

namespace breakwater {
namespace {

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Room for `count`, and for more, so that texts that get longer and longer do not each need it anew. False where there
/// is none to be had.
template <class T>
bool make_room(std::unique_ptr<T[]>& kept, std::size_t& max, std::size_t count) {  // NOLINT(modernize-avoid-c-arrays)
    if (count <= max) return true;
    const std::size_t wanted = std::max(count, max + max / 2);
    kept.reset();
    kept.reset(new (std::nothrow) T[wanted]);
    max = kept ? wanted : 0;
    return kept != nullptr;
}

/// The first backslash at or behind `from`, or `size`. One search for all strings: most texts have few escapes, or
/// none.
std::uint32_t next_backslash(const char* text, std::uint32_t from, std::uint32_t size) noexcept {
    const void* const found = from < size ? std::memchr(text + from, '\\', size - from) : nullptr;
    return found == nullptr ? size : static_cast<std::uint32_t>(static_cast<const char*>(found) - text);
}

}  // namespace

class JsonTreeBuilder {
public:
    /// Borrows all three for as long as it lives.
    BREAKWATER_IN_PLACE JsonTreeBuilder(JsonTree& tree, const JsonPlaces& places, std::string_view text,
                                        std::size_t depth_max) noexcept
        : nodes_(tree.nodes_.get()),
          text_(text.data()),
          places_(places.data()),
          size_(static_cast<std::uint32_t>(text.size())),
          count_(places.size()),
          depth_max_(depth_max),
          backslash_(next_backslash(text_, 0, size_)) {}

    /// Room for as many nodes as places is there: each place begins at most one.
    static bool has_room(JsonTree& tree, std::size_t places) { return make_room(tree.nodes_, tree.nodes_max_, places); }

    BREAKWATER_IN_PLACE JsonRefusal run() {
        // So that whatever is no closing bracket has a place behind it, and only a bracket has to look for the end.
        const char first = mark();
        const char last = text_[places_[count_ - 1]];
        const bool container = first == '{' || first == '[';
        if (container ? last != '}' && last != ']' : count_ != 1) return JsonRefusal::malformed;
        bool read = value();
        while (read && depth_ > 0) {
            const char found = mark();
            ++place_;
            if (found == ',') {
                read = (!in_object_ || name()) && value();
            } else if (found == (in_object_ ? '}' : ']')) {
                read = close();
            } else {
                read = false;
            }
        }
        if (!read) return too_deep_ ? JsonRefusal::too_deep : JsonRefusal::malformed;
        return place_ == count_ ? JsonRefusal::none : JsonRefusal::malformed;
    }

    /// Gives the tree what it needs besides the nodes.
    BREAKWATER_IN_PLACE JsonRefusal finish(JsonTree& tree) const {
        if (!make_room(tree.decoded_, tree.decoded_max_, decoded_bytes_)) return JsonRefusal::too_large;
        tree.text_ = text_;
        tree.decoded_used_ = 0;
        tree.odd_names_ = odd_names_;
        return JsonRefusal::none;
    }

private:
    [[nodiscard]] BREAKWATER_IN_PLACE char mark() const noexcept { return text_[places_[place_]]; }

    /// Reads one value, or of a container its bracket, what is empty in it, and its first value.
    BREAKWATER_IN_PLACE bool value() {
        for (;;) {
            ++entries_;
            const char found = mark();
            if (found == '"') return string();
            if (found == '{' || found == '[') {
                const bool object = found == '{';
                const bool empty = text_[places_[place_ + 1]] == (object ? '}' : ']');
                if (!open(object, empty)) return false;
                if (!empty) {
                    if (object && !name()) return false;
                    continue;
                }
                ++place_;
                return close();
            }
            if (found == '-' || (found >= '0' && found <= '9')) return number();
            if (found == 't') return word("true", JsonType::boolean);
            if (found == 'f') return word("false", JsonType::boolean);
            return found == 'n' && word("null", JsonType::null);
        }
    }

    /// What is empty is no level of its own.
    BREAKWATER_IN_PLACE bool open(bool object, bool empty) {
        if (depth_ >= depth_max_ && !empty) {
            too_deep_ = true;
            return false;
        }
        if (depth_ > 0) nodes_[open_].set_count(entries_);
        const std::uint32_t around = open_;
        open_ = added_;
        add(object ? JsonType::object : JsonType::array, places_[place_], 0).link_ = around;
        in_object_ = object;
        entries_ = 0;
        ++depth_;
        ++place_;
        return true;
    }

    /// Behind the closing bracket. False when the text ends before what is open does.
    BREAKWATER_IN_PLACE bool close() noexcept {
        JsonNode& container = nodes_[open_];
        container.end_ = places_[place_ - 1] + 1;
        container.set_count(entries_);
        open_ = container.link_;
        container.link_ = added_;
        --depth_;
        if (depth_ == 0) return true;
        entries_ = nodes_[open_].count();
        in_object_ = nodes_[open_].type() == JsonType::object;
        return place_ < count_;
    }

    BREAKWATER_IN_PLACE bool name() {
        if (mark() != '"' || !string() || mark() != ':') return false;
        ++place_;
        const JsonNode& name = nodes_[added_ - 1];
        if (name.is_escaped()) odd_names_ |= has_odd_escapes({text_ + name.begin(), name.end() - name.begin()});
        return true;
    }

    BREAKWATER_IN_PLACE JsonNode& add(JsonType type, std::uint32_t begin, std::uint32_t end) noexcept {
        JsonNode& node = nodes_[added_++];
        node = JsonNode(type, begin, end);
        return node;
    }

    /// Behind the last byte of the value at this place. Each run of blanks is walked once, because it lies between two
    /// places.
    [[nodiscard]] BREAKWATER_IN_PLACE std::uint32_t end_of_value() const noexcept {
        std::uint32_t end = places_[place_ + 1];
        while (is_blank(text_[end - 1])) --end;
        return end;
    }

    // The first stage has found the closing quote: nothing but blanks stands between it and the next place.
    BREAKWATER_IN_PLACE bool string() {
        const std::uint32_t begin = places_[place_] + 1;
        std::uint32_t end = places_[place_ + 1] - 1;
        if (text_[end] != '"') end = end_of_value() - 1;
        if (end < begin || text_[end] != '"') return false;
        ++place_;
        JsonNode& node = add(JsonType::string, begin, end);
        return end <= backslash_ || escaped(node);
    }

    BREAKWATER_IN_PLACE bool escaped(JsonNode& node) {
        const std::string_view written(text_ + node.begin(), node.end() - node.begin());
        if (!are_json_escapes(written)) return false;
        node.meta_ |= JsonNode::kEscaped;
        decoded_bytes_ += sizeof(std::uint32_t) + written.size();
        backslash_ = next_backslash(text_, node.end(), size_);
        return true;
    }

    BREAKWATER_IN_PLACE bool number() {
        const std::uint32_t begin = places_[place_];
        const std::uint32_t end = end_of_value();
        const auto type = json_number_type({text_ + begin, end - begin});
        if (!type) return false;
        ++place_;
        add(*type, begin, end);
        return true;
    }

    BREAKWATER_IN_PLACE bool word(std::string_view expected, JsonType type) {
        const std::uint32_t begin = places_[place_];
        const std::uint32_t end = end_of_value();
        if (std::string_view(text_ + begin, end - begin) != expected) return false;
        ++place_;
        add(type, begin, end);
        return true;
    }

    JsonNode* const nodes_;
    const char* const text_;
    const std::uint32_t* const places_;
    const std::uint32_t size_;
    const std::size_t count_;
    std::size_t place_ = 0;
    std::uint32_t added_ = 0;
    std::uint32_t open_ = 0;     // the innermost container; its link is the one around it
    std::uint32_t entries_ = 0;  // of it
    bool in_object_ = false;     // it is one
    bool too_deep_ = false;
    bool odd_names_ = false;
    std::size_t depth_ = 0;
    const std::size_t depth_max_;
    std::uint32_t backslash_;        // the first at or behind what was read
    std::size_t decoded_bytes_ = 0;  // that strings with escapes need at most
};

JsonRefusal build_json_tree(JsonTree& tree, const JsonPlaces& places, std::string_view text, std::size_t depth_max) {
    if (!JsonTreeBuilder::has_room(tree, places.size())) return JsonRefusal::too_large;
    JsonTreeBuilder builder(tree, places, text, depth_max);
    const JsonRefusal refusal = builder.run();
    return refusal == JsonRefusal::none ? builder.finish(tree) : refusal;
}

}  // namespace breakwater
