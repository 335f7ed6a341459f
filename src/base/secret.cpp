#include "breakwater/base/secret.hpp"

#include <algorithm>

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

void cover_secret(std::string& text, std::string_view secret) {
    constexpr std::size_t kSecretBytesMin = 6;
    if (secret.size() < kSecretBytesMin) return;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
        text.replace(at, secret.size(), "***");
        at += 3;
    }
    // A long text was cut to what is shown, at times in the middle of what it quoted.
    for (std::size_t bytes = std::min(secret.size() - 1, text.size()); bytes >= kSecretBytesMin; --bytes) {
        if (!std::string_view(text).ends_with(secret.substr(0, bytes))) continue;
        text.replace(text.size() - bytes, bytes, "***");
        return;
    }
}

}  // namespace breakwater
