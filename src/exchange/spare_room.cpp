#include "spare_room.hpp"

namespace breakwater {
namespace {

/// What is larger is given back to the allocator. What one read of a burst brings should fit, or the room is grown anew
/// for every read.
constexpr std::size_t kSpareBytesMax = 512u << 10;

std::string& spare_room() noexcept {
    thread_local std::string room;
    return room;
}

}  // namespace

void take_spare_room(std::string& out) noexcept {
    if (out.empty()) out.swap(spare_room());
}

void give_back_room(std::string& out) noexcept {
    out.clear();
    std::string& spare = spare_room();
    if (out.capacity() > spare.capacity() && out.capacity() <= kSpareBytesMax) out.swap(spare);
    std::string().swap(out);
}

}  // namespace breakwater
