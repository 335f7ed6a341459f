#include "answer_bytes.hpp"

namespace breakwater::ingress {

std::size_t usual_bytes(const ChatResponse& response) noexcept {
    constexpr std::size_t kAroundTheText = 1024;
    std::size_t bytes = kAroundTheText;
    for (const ResponseChoice& choice : response.choices) bytes += choice.text.size() + choice.reasoning.size();
    return bytes;
}

}  // namespace breakwater::ingress
