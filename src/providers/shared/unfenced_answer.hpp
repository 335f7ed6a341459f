#pragma once

#include <memory>

#include "breakwater/providers/provider.hpp"

namespace breakwater {

/// Decodes as `decoder` does, and takes the code fence off each text of the answer, whole or streamed, of every choice.
/// For answers whose form the model was only told of in words (`json_instruction`); made by providers whose own
/// decoders are not in need of it otherwise. A call, a thought, a refusal and an item of the provider's own end one
/// text, and what follows is another; parts of text that follow each other are one. Places in annotations stay as the
/// provider counted them, fence included.
std::unique_ptr<ResponseDecoder> make_unfenced_answer(std::unique_ptr<ResponseDecoder> decoder);

}  // namespace breakwater
