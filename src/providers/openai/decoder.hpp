#pragma once

#include <memory>

#include "breakwater/providers/provider.hpp"

namespace breakwater::openai {

/// A decoder of chat completions, for streams and whole answers, whichever comes.
std::unique_ptr<ResponseDecoder> make_decoder(const ChatRequest& request);

}  // namespace breakwater::openai
