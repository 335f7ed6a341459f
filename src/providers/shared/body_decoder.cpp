#include "body_decoder.hpp"

#include "bad_answer.hpp"
#include "error_body.hpp"

namespace breakwater {

namespace {

/// Beyond any model's output limit, cited sources and pictures as text included.
constexpr std::size_t kDocumentBytesMax = 64u << 20;

}  // namespace

Result<void> BodyDecoder::on_head(const HttpResponseHead& head) {
    keep_context(head);
    if (context().failed()) body_ = Body::error;
    return {};
}

Result<BodyDecoder::Body> BodyDecoder::recognise(std::string_view& bytes) {
    const auto known = form_.feed(bytes, context().content_type);
    if (!known) return Body::unknown;
    bytes = *known;
    if (form_.form() == BodyForm::json) return Body::document;
    if (form_.form() == BodyForm::sse) return Body::stream;
    return invalid_answer("something that is neither JSON nor an event stream");
}

Result<void> BodyDecoder::begin(std::string_view& bytes) {
    if (body_ != Body::unknown || bytes.empty()) return {};
    const Result<Body> known = recognise(bytes);
    if (!known) return std::unexpected(known.error());
    body_ = *known;
    return {};
}

Result<void> BodyDecoder::take(std::string_view bytes, EventSink& sink) {
    switch (body_) {
        case Body::unknown:
            return {};
        case Body::error:
            collect_error_body(collected_, bytes);
            return {};
        case Body::stream:
            return read_stream(bytes, sink);
        case Body::document:
            if (bytes.size() > kDocumentBytesMax - collected_.size()) return invalid_answer(too_large_);
            collected_ += bytes;
            return {};
    }
    return {};
}

Result<void> BodyDecoder::on_body(std::string_view bytes, EventSink& sink) {
    if (auto begun = begin(bytes); !begun) return begun;
    return take(bytes, sink);
}

Result<void> BodyDecoder::on_end(EventSink& sink) {
    switch (body_) {
        case Body::unknown:
            return truncated_answer();
        case Body::error:
            return std::unexpected(error_of(collected_));
        case Body::stream:
            return end_stream(sink);
        case Body::document:
            return read_document(collected_, sink);
    }
    return {};
}

// A document that comes in one piece is read where it lies.
Result<void> BodyDecoder::on_last(std::string_view bytes, EventSink& sink) {
    if (auto begun = begin(bytes); !begun) return begun;
    const bool whole = body_ == Body::document && collected_.empty() && bytes.size() <= kDocumentBytesMax;
    if (whole) return read_document(bytes, sink);
    if (auto taken = take(bytes, sink); !taken) return taken;
    return on_end(sink);
}

}  // namespace breakwater
