#pragma once

#include "breakwater/config/quirks.hpp"
#include "model_name.hpp"

namespace breakwater::openai {

/// Models of this family always answer with bytes, and refuse to be asked in which form, wherever they are served.
inline bool is_gpt_image(const Deployment& deployment) noexcept {
    const std::string_view name = model_name(deployment);
    return name.starts_with("gpt-image") || name.starts_with("chatgpt-image");
}

/// Whether the answer may be asked for as a stream. Models before that family come as a whole; at OpenAI what is newer
/// than the gateway is taken for one of it, on Azure deployments have any name.
inline bool streams_pictures(const Deployment& deployment, const config::Quirks& quirks) noexcept {
    const bool vendor = quirks.official && quirks.urls != config::UrlForm::azure;
    return is_gpt_image(deployment) || (vendor && !model_name(deployment).starts_with("dall-e"));
}

/// Whether a server has to be told that bytes are wanted, because events have them and it answers as a whole. What an
/// Azure deployment of any name is nobody knows, and of the models there most refuse to be told.
inline bool is_told_of_bytes(const Deployment& deployment, const config::Quirks& quirks) noexcept {
    return !streams_pictures(deployment, quirks) && quirks.urls != config::UrlForm::azure;
}

}  // namespace breakwater::openai
