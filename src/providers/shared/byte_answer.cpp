#include "byte_answer.hpp"

#include <algorithm>

#include "bad_answer.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

constexpr std::size_t kMediaTypeMax = 100;

/// What may stand in a header of ours: the type, with its parameters.
bool is_plain(std::string_view type) noexcept {
    return type.size() <= kMediaTypeMax && std::ranges::all_of(type, [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_of_kind(std::string_view type, std::string_view kind) noexcept {
    return istarts_with(type, kind) && type.size() > kind.size() + 1 && type[kind.size()] == '/';
}

}  // namespace

Result<void> ByteAnswerDecoder::on_head(const HttpResponseHead& head) {
    context_ = ErrorContext::of(head);
    if (context_.failed()) return {};
    const std::string_view type = trim(context_.content_type);
    const bool unnamed = type.empty() || istarts_with(type, "application/octet-stream");
    if (unnamed || is_of_kind(type, kind_)) media_type_ = unnamed || !is_plain(type) ? usual_ : std::string(type);
    return {};
}

Result<void> ByteAnswerDecoder::on_body(std::string_view bytes, EventSink& sink) {
    if (media_type_.empty()) {
        collect_error_body(text_, bytes);
        return {};
    }
    begun_ = begun_ || !bytes.empty();
    sink.on_event(BytesEvent{.bytes = bytes, .media_type = media_type_});
    return {};
}

Result<void> ByteAnswerDecoder::on_end(EventSink& sink) {
    if (media_type_.empty()) return std::unexpected(text_error());
    if (!begun_) return truncated_answer();
    sink.on_event(StreamEnd{});
    return {};
}

Error ByteAnswerDecoder::text_error() const {
    if (!context_.failed()) {
        JsonReader reader;
        const auto root = reader.parse_repaired(text_);
        if (!root || !says_error(*root)) return invalid_answer("text where " + kind_ + " was expected").error();
    }
    return classified_answer(read_provider_error(context_.status, context_.content_type, text_), context_);
}

}  // namespace breakwater
