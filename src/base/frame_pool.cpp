#include "breakwater/base/frame_pool.hpp"

#include <array>
#include <cstdint>
#include <new>

namespace breakwater::frame_pool {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kKeeps = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kKeeps = false;
#else
constexpr bool kKeeps = true;
#endif
#else
constexpr bool kKeeps = true;
#endif

/// Sizes are rounded up to multiples of this, which all sizes of mimalloc's are: no frame takes more than it would
/// alone. Frames of more than `kStep * (kSizes - 1)` bytes are rare and not kept.
constexpr std::size_t kStep = 16;
constexpr std::size_t kSizes = 128;
/// Blocks of a size that a thread keeps at the most: enough for the requests of one turn of its event loop, and too few
/// for a past crowd to hold memory.
constexpr std::uint32_t kKeptMax = 128;

struct Block {
    Block* next;
};

struct Shelf {
    Block* first = nullptr;
    std::uint32_t count = 0;
};

/// Freed at the end of the thread; frames that end later still go to the general allocator.
struct Shelves {
    std::array<Shelf, kSizes> by_size{};
    bool open = kKeeps;
    ~Shelves() {
        open = false;
        for (Shelf& shelf : by_size) {
            while (shelf.first != nullptr) {
                Block* block = shelf.first;
                shelf.first = block->next;
                ::operator delete(block);
            }
        }
    }
};

thread_local Shelves shelves;

constexpr std::size_t size_index(std::size_t bytes) noexcept {
    return (bytes + kStep - 1) / kStep;
}
constexpr std::size_t size_at(std::size_t index) noexcept {
    return index * kStep;
}
static_assert(size_at(size_index(32)) == 32 && size_at(size_index(33)) == 48 &&
              size_at(size_index(1)) >= sizeof(Block));

}  // namespace

void* take(std::size_t bytes) {
    const std::size_t index = size_index(bytes);
    if (index >= kSizes) return ::operator new(bytes);
    Shelf& shelf = shelves.by_size[index];
    if (shelf.first == nullptr) return ::operator new(size_at(index));
    Block* block = shelf.first;
    shelf.first = block->next;
    --shelf.count;
    return block;
}

void give_back(void* block, std::size_t bytes) noexcept {
    const std::size_t index = size_index(bytes);
    if (index >= kSizes || !shelves.open || shelves.by_size[index].count >= kKeptMax) return ::operator delete(block);
    Shelf& shelf = shelves.by_size[index];
    shelf.first = new (block) Block{shelf.first};
    ++shelf.count;
}

}  // namespace breakwater::frame_pool
