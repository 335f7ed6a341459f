#pragma once

#include <cstddef>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/image_request.hpp"
#include "breakwater/canonical/stream_event.hpp"

namespace breakwater {

/// Checks the pictures of one answer and numbers them; more than were asked for are left out. One per answer.
class ImageAnswer {
public:
    ImageAnswer(std::size_t wanted, ImageForm form) noexcept : wanted_(wanted), form_(form) {}
    /// An Error when it is neither bytes nor an address, or not what was asked for.
    Result<void> add(ImageEvent image, EventSink& sink);
    /// None was added yet.
    [[nodiscard]] bool empty() const noexcept { return seen_ == 0; }
    /// An Error when there was none. Fewer than were asked for are an answer: providers filter.
    [[nodiscard]] Result<void> end() const;

private:
    std::size_t wanted_;
    ImageForm form_;
    std::uint32_t seen_ = 0;
};

}  // namespace breakwater
