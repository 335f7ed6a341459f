#pragma once

#include <cstdint>
#include <string>

#include "answer_stream.hpp"
#include "breakwater/providers/provider.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/ndjson_splitter.hpp"
#include "errors.hpp"

namespace breakwater::ollama {

/// Bytes of one answer to canonical events. A stream is an object in each line, a whole answer is one line as well;
/// what begins with a line that is no object is one over several lines, as some proxies write it.
class Decoder final : public ResponseDecoder, private LineHandler {
public:
    explicit Decoder(TextFilter::Kind filter) : stream_(filter) {}

    Result<void> on_head(const HttpResponseHead& head) override;
    Result<void> on_body(std::string_view bytes, EventSink& sink) override;
    Result<void> on_end(EventSink& sink) override;

private:
    enum class Form : std::uint8_t { undecided, lines, whole };

    Result<void> on_line(std::string_view line) override;
    Result<void> on_object(JsonReader::Element object);
    Result<void> collect(std::string_view text);
    Result<void> decode_whole();

    ErrorContext context_;
    AnswerStream stream_;
    NdjsonSplitter lines_;
    JsonReader& reader_ = shared_json_reader();
    std::string collected_;      // an error body, or an answer over several lines
    EventSink* sink_ = nullptr;  // of the call that is running
    Form form_ = Form::undecided;
    bool at_end_ = false;
    bool passed_over_ = false;  // a line that is no part of an answer
};

}  // namespace breakwater::ollama
