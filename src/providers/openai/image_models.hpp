#pragma once

#include "model_name.hpp"

namespace breakwater::openai {

/// Models of this family always answer with bytes, and refuse to be asked in which form, wherever they are served.
inline bool is_gpt_image(const Deployment& deployment) noexcept {
    const std::string_view name = model_name(deployment);
    return name.starts_with("gpt-image") || name.starts_with("chatgpt-image");
}

}  // namespace breakwater::openai
