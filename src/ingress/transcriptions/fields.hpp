#pragma once

#include "breakwater/canonical/transcription_request.hpp"
#include "breakwater/wire/multipart.hpp"

namespace breakwater::ingress {

inline constexpr std::string_view kFileField = "file";
inline constexpr std::string_view kModelField = "model";
inline constexpr std::string_view kStreamField = "stream";
inline constexpr std::string_view kFormatField = "response_format";

/// Takes what the gateway itself reads of a transcription's fields; the model is not sent on, for every provider has
/// its own.
class TranscriptionFields {
public:
    /// The request outlives it.
    explicit TranscriptionFields(TranscriptionRequest& request) noexcept : request_(request) {}
    /// As JudgeField.
    Result<bool> judge(const FormPart& part);

private:
    Result<bool> read_model(const FormPart& part);
    Result<bool> read_stream(const FormPart& part);
    Result<bool> read_format(const FormPart& part);

    TranscriptionRequest& request_;
    bool stream_seen_ = false;
};

}  // namespace breakwater::ingress
