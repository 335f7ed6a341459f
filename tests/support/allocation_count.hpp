#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BREAKWATER_COUNTS_ALLOCATIONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BREAKWATER_COUNTS_ALLOCATIONS 1
#endif
#endif

#ifdef BREAKWATER_COUNTS_ALLOCATIONS
#include <sanitizer/allocator_interface.h>
#endif

namespace breakwater::test {

struct Allocations {
    std::size_t blocks = 0;
    std::size_t bytes = 0;
};

/// What this thread has taken from the allocator since the count was made. The sanitizers' allocator tells of every
/// block; in a build without one nothing can be counted.
class AllocationCount {
public:
    static bool works() {
#ifdef BREAKWATER_COUNTS_ALLOCATIONS
        static const int installed = __sanitizer_install_malloc_and_free_hooks(
            [](const volatile void*, std::size_t bytes) {
                ++total.blocks;
                total.bytes += bytes;
            },
            [](const volatile void*) {});
        return installed != 0;
#else
        return false;
#endif
    }

    [[nodiscard]] std::size_t blocks() const noexcept { return total.blocks - start_.blocks; }
    [[nodiscard]] std::size_t bytes() const noexcept { return total.bytes - start_.bytes; }

private:
    static inline thread_local Allocations total;

    Allocations start_ = total;
};

}  // namespace breakwater::test
