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

/// Replaces `secret` by `***` wherever it stands in `text`, which may end in the middle of it; below 6 characters it is
/// a word that may stand anywhere, and is left.
void cover_secret(std::string& text, std::string_view secret);

}  // namespace breakwater
