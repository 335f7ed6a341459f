#pragma once

#include <cstddef>
#include <string_view>

namespace breakwater::ingress {

/// Whether the JSON object that comes in pieces has come to its end, for dialects in which one call has to end before
/// the next begins. It trusts the text: where that is no JSON, it ends somewhere or never. A value.
class ArgumentScan {
public:
    void feed(std::string_view piece) noexcept;
    [[nodiscard]] bool complete() const noexcept { return begun_ && depth_ == 0; }

private:
    std::size_t depth_ = 0;
    bool begun_ = false;
    bool in_string_ = false;
    bool escaped_ = false;
};

}  // namespace breakwater::ingress
