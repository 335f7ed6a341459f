#pragma once

#include <memory>

#include "breakwater/canonical/chat_request.hpp"

namespace breakwater {

/// A request on its way to one deployment: the client's own for as long as nothing has to be bent, else a copy of it.
/// Most requests fit their deployment as they are, and histories are long. The original outlives it; one per attempt.
class BentRequest {
public:
    explicit BentRequest(const ChatRequest& original) noexcept : original_(original) {}

    [[nodiscard]] const ChatRequest& get() const noexcept { return copy_ ? *copy_ : original_; }
    /// For changes. References that `get` gave before are the original's from then on. The bytes that the client sent
    /// no longer stand for the request.
    [[nodiscard]] ChatRequest& edit() {
        ChatRequest& copy = edit_parameters();
        copy.sent.reset();
        return copy;
    }
    /// The same for changes that leave `messages` and `tools` alone, so that the client's bytes of them can go on.
    [[nodiscard]] ChatRequest& edit_parameters() {
        if (!copy_) {
            copy_ = std::make_unique<ChatRequest>(original_);
            copy_->bent = true;
        }
        return *copy_;
    }
    /// Nothing was changed, so that the client's own words may go on as they are.
    [[nodiscard]] bool as_sent() const noexcept { return !copy_; }

private:
    const ChatRequest& original_;
    std::unique_ptr<ChatRequest> copy_;  ///< seldom there, and large
};

}  // namespace breakwater
