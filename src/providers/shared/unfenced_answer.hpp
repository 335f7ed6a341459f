#pragma once

#include <memory>

#include "breakwater/providers/provider.hpp"

namespace breakwater {

/// Decodes as `decoder` does, and takes the code fence off each text of the answer, whole or streamed, of every choice.
/// For answers whose form the model was only told of in words (`json_instruction`); made by providers whose own
/// decoders are not in need of it otherwise. A call of a tool ends one text, and what follows is another.
std::unique_ptr<ResponseDecoder> make_unfenced_answer(std::unique_ptr<ResponseDecoder> decoder);

}  // namespace breakwater
