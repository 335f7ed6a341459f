#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater::openai {

/// Body and decoder of a request for the words of a recording
/// (https://platform.openai.com/docs/api-reference/audio/createTranscription): the client's form with the deployment's
/// model. The file is not copied.
ProviderCall encode_transcription(const TranscriptionRequest& request, const EncodeContext& context);

/// Reads the answer. JSON and text pass as the bytes that came, once it is known what they are; events of a stream pass
/// one by one, and a stream that ends without its last event is cut. Servers that have no streams answer as a whole:
/// a client that asked for one gets the events that say the same.
std::unique_ptr<ResponseDecoder> make_transcript_decoder(const TranscriptionRequest& request);

}  // namespace breakwater::openai
