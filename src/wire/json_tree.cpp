#include "breakwater/wire/json_tree.hpp"

#include <cstring>

#include "breakwater/base/json_escapes.hpp"

namespace breakwater {

// The room was set aside by JsonTreeBuilder: no string is longer decoded than it is written.
std::string_view JsonTree::decoded(std::uint32_t at) noexcept {
    JsonNode& value = nodes_[at];
    std::uint32_t size = 0;
    if (!value.is_decoded()) {
        value.link_ = static_cast<std::uint32_t>(decoded_used_);
        char* const to = decoded_.get() + decoded_used_ + sizeof(size);
        size = static_cast<std::uint32_t>(unescape_json(written(at), to));
        std::memcpy(to - sizeof(size), &size, sizeof(size));
        decoded_used_ += sizeof(size) + size;
        value.meta_ |= JsonNode::kDecoded;
    }
    const char* const from = decoded_.get() + value.link_;
    std::memcpy(&size, from, sizeof(size));
    return {from + sizeof(size), size};
}

}  // namespace breakwater
