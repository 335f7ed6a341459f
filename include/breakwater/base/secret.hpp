#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace breakwater {

/// A credential. It has no stream operator, no formatter and no JSON conversion, so that it cannot be printed by
/// accident; the bytes are wiped when it dies. `reveal()` is called where a header is written and nowhere else.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret& other);
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    [[nodiscard]] std::string_view reveal() const noexcept { return value_; }
    [[nodiscard]] bool empty() const noexcept { return value_.empty(); }

private:
    void wipe() noexcept;
    std::string value_;
};

}  // namespace breakwater
