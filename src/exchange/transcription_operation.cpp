#include "breakwater/exchange/transcription_operation.hpp"

#include "breakwater/ingress/bytes.hpp"
#include "breakwater/ingress/transcriptions.hpp"

namespace breakwater {

namespace {

/// Reads the answer to a form whose end says in what form it will be: the head may come before that, nothing else.
class LateChoice final : public ResponseDecoder {
public:
    LateChoice(std::unique_ptr<ResponseDecoder> json, std::unique_ptr<ResponseDecoder> text,
               std::shared_ptr<const bool> is_text)
        : chosen_(std::move(json)), text_(std::move(text)), is_text_(std::move(is_text)) {}

    Result<void> on_head(const HttpResponseHead& head) override {
        if (auto read = text_->on_head(head); !read) return read;
        return chosen_->on_head(head);
    }
    Result<void> on_body(std::string_view bytes, EventSink& sink) override {
        choose();
        return chosen_->on_body(bytes, sink);
    }
    Result<void> on_end(EventSink& sink) override {
        choose();
        return chosen_->on_end(sink);
    }

private:
    void choose() {
        if (text_ && *is_text_) chosen_ = std::move(text_);
        text_.reset();
    }

    std::unique_ptr<ResponseDecoder> chosen_;
    std::unique_ptr<ResponseDecoder> text_;
    std::shared_ptr<const bool> is_text_;
};

}  // namespace

Result<void> TranscriptionOperation::decode(std::string& body, JsonReader& /*reader*/) {
    return decode_transcription_request(body, boundary_, request_);
}

Result<void> TranscriptionOperation::decode_start(std::string& start, std::unique_ptr<BodyJudge>& judge) {
    auto rest = decode_transcription_start(start, boundary_, request_);
    if (!rest) return std::unexpected(std::move(rest.error()));
    judge = std::move(rest->judge);
    asks_for_text_ = std::move(rest->asks_for_text);
    return {};
}

Result<HttpRequest> TranscriptionOperation::encode(const Provider& provider, const EncodeContext& context,
                                                   std::unique_ptr<ResponseDecoder>& decoder) const {
    auto request = take_call(provider.transcribe(request_, context), decoder);
    if (!request || !asks_for_text_ || request_.wants_text()) return request;
    TranscriptionRequest text = request_;
    text.response_format = "text";
    auto same = provider.transcribe(text, context);
    if (same) decoder = std::make_unique<LateChoice>(std::move(decoder), std::move(same->decoder), asks_for_text_);
    return request;
}

std::unique_ptr<ResponseEncoder> TranscriptionOperation::make_encoder(EncoderContext&& /*identity*/) const {
    return make_bytes_encoder(request_.stream);
}

}  // namespace breakwater
