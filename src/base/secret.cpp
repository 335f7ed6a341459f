#include "breakwater/base/secret.hpp"

namespace breakwater {

void Secret::wipe() noexcept {
    // Growing to the capacity reallocates nothing, and reaches bytes that a shorter value left behind. The writes are
    // volatile because nobody reads them: an ordinary loop over a dying object would be optimised away.
    value_.resize(value_.capacity());
    volatile char* bytes = value_.data();
    for (std::size_t i = 0; i < value_.size(); ++i) bytes[i] = '\0';
    value_.clear();
}

Secret& Secret::operator=(const Secret& other) {
    if (this == &other) return *this;
    wipe();
    value_ = other.value_;
    return *this;
}

Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
    // A short value lives inside the string object, and moving copies it.
    other.wipe();
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    value_ = std::move(other.value_);
    other.wipe();
    return *this;
}

Secret::~Secret() {
    wipe();
}

}  // namespace breakwater
