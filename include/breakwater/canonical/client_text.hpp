#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "breakwater/canonical/json_string.hpp"

namespace breakwater {

/// A text of a request: its own, or, where it is long, what the client's body holds, as it is written there. That is
/// neither copied nor decoded before somebody wants to read it; who only writes it into another body takes `string()`.
/// A value that keeps the body alive. Thread rule: one thread at a time, also for reading, which may decode.
class ClientText {
public:
    /// Shorter ones are copied: that costs less than to share them.
    static constexpr std::size_t kSharedBytesLeast = 1024;

    ClientText() = default;
    ClientText(std::string own) noexcept : own_(std::move(own)) {}
    ClientText(std::string_view own) : own_(own) {}
    ClientText(const char* own) : own_(own) {}
    /// A copy shares what is shared; what somebody has decoded for reading stays behind.
    ClientText(const ClientText& other) : shared_(other.shared_), own_(shared_ ? std::string() : other.own_) {}
    ClientText(ClientText&& other) noexcept = default;
    ClientText& operator=(const ClientText& other) { return *this = ClientText(other); }
    ClientText& operator=(ClientText&& other) noexcept = default;
    ~ClientText() = default;
    /// `string` lies in `body`, which is not changed any more.
    ClientText(std::shared_ptr<const std::string> body, JsonString string)
        : shared_(std::make_shared<const Shared>(std::move(body), string)) {}

    [[nodiscard]] bool empty() const noexcept { return shared_ ? shared_->string.bytes.empty() : own_.empty(); }
    /// For who writes it into a JSON text.
    [[nodiscard]] JsonString string() const noexcept { return shared_ ? shared_->string : JsonString(own_); }
    /// For who reads it.
    [[nodiscard]] std::string_view view() const;
    /// For who changes it, which makes it its own.
    [[nodiscard]] std::string& own();
    // A friend, or every comparison of a text with a literal in this namespace would be one with a ClientText.
    friend bool operator==(const ClientText& text, std::string_view other) { return text.view() == other; }

private:
    struct Shared {
        std::shared_ptr<const std::string> body;
        JsonString string;
    };

    std::shared_ptr<const Shared> shared_;
    mutable std::string own_;  // of a shared text with escapes: what it says, once somebody has asked
};

}  // namespace breakwater
