#pragma once

#include <cstddef>

#include "breakwater/canonical/image_request.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/providers/provider.hpp"
#include "encode_notes.hpp"

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

/// For providers that answer with bytes only: who asked for addresses gets data URIs, and is told.
void note_bytes_only(const ImageRequest& request, EncodeNotes& notes);

/// For providers that answer as a whole: who asked for a stream gets it of the gateway, and is told.
void note_no_stream(const ImageRequest& request, EncodeNotes& notes);

/// For providers that know none of OpenAI's words for how a picture is made and packed, but for its size and quality.
void note_plain_pictures(const ImageRequest& request, EncodeNotes& notes);

/// For models of which it is known that they draw from texts alone.
void refuse_without_pictures(const EncodeContext& context, EncodeNotes& notes);

}  // namespace breakwater
