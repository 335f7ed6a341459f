#pragma once

#include <memory>

#include "breakwater/ingress/ingress.hpp"

namespace breakwater::openai_completions {

/// Events to one `text_completion`, or to a stream of them.
std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& context);

}  // namespace breakwater::openai_completions
