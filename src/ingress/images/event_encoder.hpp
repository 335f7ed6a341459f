#pragma once

#include <memory>
#include <string_view>

#include "breakwater/ingress/ingress.hpp"
#include "image_usage.hpp"

namespace breakwater {

/// Writes pictures and their drafts as server-sent events, whose names begin with `prefix`, a literal. Usage stands in
/// the last picture's event.
std::unique_ptr<ResponseEncoder> make_image_event_encoder(EncoderContext&& context, std::string_view prefix,
                                                          PromptKind prompt);

}  // namespace breakwater
