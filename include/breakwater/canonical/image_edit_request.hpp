#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "breakwater/canonical/files_form.hpp"
#include "breakwater/canonical/image_request.hpp"

namespace breakwater {

/// The field of the picture that says where another one is to be changed.
inline constexpr std::string_view kMaskField = "mask";

/// A request for pictures made of others, as decoded by an ingress. A value.
struct ImageEditRequest {
    ImageRequest wanted{};         ///< what is to be drawn; it has no extensions
    std::string input_fidelity{};  ///< low, high
    FilesForm form{};              ///< without the model
    /// Names of the form's fields that the gateway does not know.
    std::vector<std::string> others{};

    [[nodiscard]] bool has_mask() const noexcept {
        for (const FilesForm::File& file : form.files) {
            if (file.name == kMaskField) return true;
        }
        return false;
    }
};

/// Whether a form's field of that name is a picture to be changed: clients write `image[]` when there are several.
[[nodiscard]] constexpr bool is_picture_field(std::string_view name) noexcept {
    return name == "image" || name == "image[]";
}

}  // namespace breakwater
