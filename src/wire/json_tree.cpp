#include "breakwater/wire/json_tree.hpp"

#include <cstring>

#include "json_unescape.hpp"

namespace breakwater {

// The room was set aside by JsonTreeBuilder: no string is longer decoded than it is written.
std::string_view JsonTree::decoded(std::uint32_t at) noexcept {
    JsonNode& value = nodes_[at];
    std::uint32_t size = 0;
    if (!value.is_decoded()) {
        value.link_ = static_cast<std::uint32_t>(decoded_used_);
        char* const to = decoded_.get() + decoded_used_ + sizeof(size);
        size = static_cast<std::uint32_t>(unescape_json({text_ + value.begin_, value.end_ - value.begin_}, to));
        std::memcpy(to - sizeof(size), &size, sizeof(size));
        decoded_used_ += sizeof(size) + size;
        value.meta_ |= JsonNode::kDecoded;
    }
    const char* const from = decoded_.get() + value.link_;
    std::memcpy(&size, from, sizeof(size));
    return {from + sizeof(size), size};
}

std::string_view JsonTree::raw_member(std::string_view json, std::string_view name) const noexcept {
    if (text_ == nullptr || nodes_[0].type() != JsonType::object) return {};
    const std::uint32_t end = behind(0);
    for (std::uint32_t at = 1; at != end; at = behind(at + 1)) {
        const JsonNode& key = nodes_[at];
        if (key.is_escaped() || json.substr(key.begin_, key.end_ - key.begin_) != name) continue;
        const JsonNode& value = nodes_[at + 1];
        const std::uint32_t quote = value.type() == JsonType::string ? 1 : 0;
        return json.substr(value.begin_ - quote, value.end_ - value.begin_ + 2 * quote);
    }
    return {};
}

}  // namespace breakwater
