#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "breakwater/canonical/image_request.hpp"

namespace breakwater {

// What holds for requests in JSON and in forms.

/// Most pictures that one request may ask for.
inline constexpr std::int64_t kImagesMax = 10;
/// Pictures that a new one is made of: as many as any model takes.
inline constexpr std::size_t kPicturesMax = 16;
/// Most drafts of a picture.
inline constexpr std::int64_t kPartialImagesMax = 3;

/// Two members that cannot both be met.
struct ImageConflict {
    std::string_view param;
    std::string_view why;
};
[[nodiscard]] constexpr std::optional<ImageConflict> find_conflict(const ImageRequest& request) noexcept {
    if (request.stream && request.form == ImageForm::url)
        return ImageConflict{"response_format", "expected b64_json: the events of a stream have a picture's bytes"};
    if (!request.stream && request.drafts() != 0)
        return ImageConflict{"partial_images", "expected 0 without `stream: true`: only a stream has drafts"};
    return std::nullopt;
}

}  // namespace breakwater
