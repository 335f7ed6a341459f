#pragma once

#include <string>
#include <string_view>

#include "breakwater/providers/provider.hpp"
#include "error_context.hpp"

namespace breakwater {

/// Reads an answer of bytes that mean nothing to the gateway, a sound say, and hands them on piece by piece as they
/// come: nothing is kept. JSON, pages and other text in their place are failures.
class ByteAnswerDecoder final : public ResponseDecoder {
public:
    /// `kind` is the part of media types before the slash that the answer must have; `usual` what clients are told
    /// where the server names no type, or `application/octet-stream`.
    ByteAnswerDecoder(std::string_view kind, std::string_view usual) : kind_(kind), usual_(usual) {}

    Result<void> on_head(const HttpResponseHead& head) override;
    Result<void> on_body(std::string_view bytes, EventSink& sink) override;
    Result<void> on_end(EventSink& sink) override;

private:
    [[nodiscard]] Error text_error() const;

    std::string kind_;
    std::string usual_;
    ErrorContext context_;
    std::string media_type_;  ///< of the bytes; empty when they are none
    std::string text_;        ///< of an error, or of what came in place of bytes
    bool begun_ = false;
};

}  // namespace breakwater
