#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/canonical/chat_request.hpp"

namespace breakwater {

/// In which form a client wants its pictures.
enum class ImageForm : std::uint8_t {
    any,  ///< it did not say
    base64,
    url,
};

/// A request for pictures of what a text describes, as decoded by an ingress. Null and absent are the same, and so are
/// absent and empty. A value.
struct ImageRequest {
    std::string model{};  ///< as the client wrote it: a route's name
    std::string prompt{};
    std::optional<std::int64_t> n{};
    std::string size{};           ///< "1024x1536", or auto
    std::string quality{};        ///< low, medium, high, standard, hd, auto
    std::string style{};          ///< vivid, natural
    std::string background{};     ///< transparent, opaque, auto
    std::string output_format{};  ///< png, jpeg, webp
    std::optional<std::int64_t> output_compression{};
    std::string moderation{};  ///< low, auto
    std::string user{};
    ImageForm form = ImageForm::any;
    bool stream = false;
    std::optional<std::int64_t> partial_images{};  ///< how many drafts of a picture to show in a stream
    std::size_t body_bytes = 0;                    ///< of the client's body
    /// Top-level members that no field above holds, in the client's order.
    std::vector<std::pair<std::string, JsonText>> extensions{};

    [[nodiscard]] constexpr std::int64_t drafts() const noexcept { return partial_images.value_or(0); }
    /// How many pictures are wanted.
    [[nodiscard]] std::size_t count() const noexcept { return static_cast<std::size_t>(n.value_or(1)); }
};

}  // namespace breakwater
