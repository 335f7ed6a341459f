#pragma once

#include <memory>

#include "breakwater/canonical/transcription_request.hpp"
#include "breakwater/providers/provider.hpp"
#include "encode_notes.hpp"

// Transcriptions by a model that hears and chats, of a provider without an API for them: it is asked to write down what
// it hears, and what it says is the transcript.

namespace breakwater {

/// The chat to ask for. What only a transcription API can give (times, speakers, probabilities, subtitles) goes into
/// `notes`, and so does that the form has no sound of a kind that is known here.
ChatRequest transcription_as_chat(const TranscriptionRequest& request, EncodeNotes& notes);

/// Reads the answer to that chat, by what reads chats, as the transcript that `request` asked for: JSON, text, or
/// events. An answer that was cut off or held back is an error, for a transcript does not say that it is none.
std::unique_ptr<ResponseDecoder> transcript_of_chat(std::unique_ptr<ResponseDecoder> chat,
                                                    const TranscriptionRequest& request);

}  // namespace breakwater
