#pragma once

#include <cstddef>

namespace breakwater::frame_pool {

/// Memory for coroutine frames. A request makes about thirty of them, each gone microseconds later, so every thread
/// keeps a few of each size instead of going through the general allocator. Under AddressSanitizer nothing is kept, so
/// that a frame that is used after its end is found. A block may be given back on another thread than it was taken.
void* take(std::size_t bytes);
void give_back(void* block, std::size_t bytes) noexcept;

}  // namespace breakwater::frame_pool

namespace breakwater {

/// For what a request has one of, made and gone with it like its frames: `new` takes it from the same pool.
struct Pooled {
    static void* operator new(std::size_t bytes) { return frame_pool::take(bytes); }
    static void operator delete(void* block, std::size_t bytes) noexcept { frame_pool::give_back(block, bytes); }
};

}  // namespace breakwater
