#include "breakwater/exchange/transcription_operation.hpp"

#include <array>
#include <utility>

#include "breakwater/ingress/bytes.hpp"
#include "breakwater/ingress/transcriptions.hpp"

namespace breakwater {

namespace {

/// What reads each form of an answer: [text or not][events or not].
using Readers = std::array<std::array<std::unique_ptr<ResponseDecoder>, 2>, 2>;

/// Reads the answer to a form whose end says in what form it will be: the head may come before that, nothing else.
class LateChoice final : public ResponseDecoder {
public:
    LateChoice(Readers readers, const TranscriptionRequest& request, std::shared_ptr<const LateFields> late)
        : readers_(std::move(readers)), text_(request.wants_text()), stream_(request.stream), late_(std::move(late)) {}

    Result<void> on_head(const HttpResponseHead& head) override {
        for (const auto& by_stream : readers_) {
            for (const auto& reader : by_stream) {
                if (!reader) continue;
                if (auto read = reader->on_head(head); !read) return read;
            }
        }
        return {};
    }
    Result<void> on_body(std::string_view bytes, EventSink& sink) override { return chosen().on_body(bytes, sink); }
    Result<void> on_end(EventSink& sink) override { return chosen().on_end(sink); }

private:
    ResponseDecoder& chosen() {
        if (!chosen_) chosen_ = std::move(readers_[text_ || late_->text][stream_ || late_->stream]);
        return *chosen_;
    }

    Readers readers_;
    bool text_;
    bool stream_;
    std::shared_ptr<const LateFields> late_;
    std::unique_ptr<ResponseDecoder> chosen_;
};

/// Readers of all that the answer may still be.
Readers make_readers(const TranscriptionRequest& request, const Provider& provider, const EncodeContext& context) {
    Readers readers;
    for (const bool text : {false, true}) {
        for (const bool stream : {false, true}) {
            if ((request.wants_text() && !text) || (request.stream && !stream)) continue;
            TranscriptionRequest as = request;
            if (text && !request.wants_text()) as.response_format = "text";
            as.stream = stream;
            if (auto call = provider.transcribe(as, context)) readers[text][stream] = std::move(call->decoder);
        }
    }
    return readers;
}

}  // namespace

Result<void> TranscriptionOperation::decode(std::string& body, JsonReader& /*reader*/) {
    return decode_transcription_request(body, boundary_, request_);
}

Result<void> TranscriptionOperation::decode_start(std::string& start, std::unique_ptr<BodyJudge>& judge) {
    auto rest = decode_transcription_start(start, boundary_, request_);
    if (!rest) return std::unexpected(std::move(rest.error()));
    judge = std::move(rest->judge);
    late_ = std::move(rest->late);
    return {};
}

Result<HttpRequest> TranscriptionOperation::encode(const Provider& provider, const EncodeContext& context,
                                                   std::unique_ptr<ResponseDecoder>& decoder) const {
    auto request = take_call(provider.transcribe(request_, context), decoder);
    if (!request || !late_ || (request_.wants_text() && request_.stream)) return request;
    decoder = std::make_unique<LateChoice>(make_readers(request_, provider, context), request_, late_);
    return request;
}

std::unique_ptr<ResponseEncoder> TranscriptionOperation::make_encoder(EncoderContext&& /*identity*/) const {
    return make_bytes_encoder(request_.stream);
}

}  // namespace breakwater
