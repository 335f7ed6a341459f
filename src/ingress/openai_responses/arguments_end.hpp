#pragma once

#include <string_view>

namespace breakwater::openai_responses_client {

/// Tells whether the arguments of a call, read piece by piece, are a JSON object that has ended: providers may begin a
/// call before they have ended another, and here one has to end before the next begins. A value.
class ArgumentsEnd {
public:
    void add(std::string_view piece) noexcept {
        for (const char c : piece) add(c);
    }
    [[nodiscard]] bool reached() const noexcept { return begun_ && depth_ == 0; }

private:
    void add(char c) noexcept {
        if (in_string_) {
            if (escaped_) {
                escaped_ = false;
            } else if (c == '\\') {
                escaped_ = true;
            } else if (c == '"') {
                in_string_ = false;
            }
            return;
        }
        if (c == '"') in_string_ = true;
        if (c == '{' || c == '[') {
            begun_ = true;
            ++depth_;
        }
        if ((c == '}' || c == ']') && depth_ > 0) --depth_;
    }

    int depth_ = 0;
    bool begun_ = false;
    bool in_string_ = false;
    bool escaped_ = false;
};

}  // namespace breakwater::openai_responses_client
