#include "response_reader.hpp"

#include <algorithm>

#include "event_class.hpp"

namespace breakwater::bench {

namespace {

constexpr std::size_t kHeadBytesMax = 64u << 10;
constexpr std::size_t kErrorTextBytesMax = 2048;
constexpr std::size_t kEventBytesMax = 4u << 20;
constexpr std::string_view kBlanks = " \t\r\n";

/// Where the head ends, its blank line included, or npos. Goes from line to line, which is several times faster than a
/// search for the four bytes.
std::size_t end_of_head(std::string_view bytes) noexcept {
    for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        if (bytes.substr(at + 1).starts_with("\r\n")) return at + 3;
    }
    return std::string_view::npos;
}

}  // namespace

void ResponseReader::begin() {
    phase_ = Phase::head;
    failure_ = Failure::none;
    started_ = reusable_ = end_mark_ = false;
    first_ = last_ = 0;
    head_ = ResponseHead();
    chunks_ = ChunkedDecoder();
    if (stream_) events_ = SseParser(kEventBytesMax);
    partial_head_.clear();
    error_text_.clear();
}

ResponseReader::Step ResponseReader::feed(std::span<char> bytes) {
    step_ = Step();
    started_ = started_ || !bytes.empty();
    while (phase_ == Phase::head && !bytes.empty()) {
        if (!take_head(bytes)) break;
    }
    if (phase_ == Phase::body) take_framed(bytes);
    step_.done = phase_ == Phase::done;
    return step_;
}

ResponseReader::Step ResponseReader::end_of_connection(bool clean) {
    step_ = Step();
    const bool until_close = phase_ == Phase::body && !head_.chunked && !head_.content_length;
    if (until_close && clean) {
        finish(false);
    } else if (phase_ != Phase::done) {
        fail(started_ ? Failure::truncated : Failure::closed);
        broken();
    }
    step_.done = true;
    return step_;
}

/// Takes a head off the front of `bytes`. False when there is no whole one, or none at all.
bool ResponseReader::take_head(std::span<char>& bytes) {
    const std::string_view text(bytes.data(), bytes.size());
    std::size_t end = partial_head_.empty() ? end_of_head(text) : std::string_view::npos;
    std::optional<ResponseHead> head;
    if (end != std::string_view::npos) {
        head = read_head(text.substr(0, end));
    } else {
        const std::size_t before = partial_head_.size();
        partial_head_.append(text);
        end = end_of_head(partial_head_);
        if (end == std::string_view::npos) {
            if (partial_head_.size() <= kHeadBytesMax) return false;
        } else {
            head = read_head(std::string_view(partial_head_).substr(0, end));
            end -= before;
            partial_head_.clear();
        }
    }
    if (!head) {
        fail(Failure::malformed);
        broken();
        return false;
    }
    bytes = bytes.subspan(end);
    if (head->status < 200) return true;  // an interim answer: the final one follows
    head_ = *head;
    if (head_.status == 204 || head_.status == 304) head_.content_length = 0;
    left_ = head_.content_length.value_or(0);
    phase_ = Phase::body;
    return true;
}

void ResponseReader::take_framed(std::span<char> bytes) {
    if (head_.chunked) {
        const ChunkedDecoder::Step step = chunks_.decode(bytes);
        take_body({bytes.data(), step.body_bytes});
        if (step.failed) {
            fail(Failure::malformed);
            broken();
        } else if (chunks_.done()) {
            finish(step.consumed == bytes.size());
        }
    } else if (head_.content_length) {
        const std::size_t taken = std::min<std::uint64_t>(left_, bytes.size());
        take_body({bytes.data(), taken});
        left_ -= taken;
        if (left_ == 0) finish(taken == bytes.size());
    } else {
        take_body({bytes.data(), bytes.size()});
    }
}

void ResponseReader::take_body(std::string_view bytes) {
    if (bytes.empty()) return;
    if (head_.status != 200) return keep_error_text(bytes);
    if (!stream_ || !head_.event_stream) return take_whole(bytes);
    if (failure_ == Failure::malformed) return;
    if (!events_.feed(bytes, *this)) fail(Failure::malformed);
}

void ResponseReader::take_whole(std::string_view bytes) {
    const std::size_t begin = first_ != 0 ? 0 : bytes.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return;
    if (first_ == 0) first_ = bytes[begin];
    if (const std::size_t end = bytes.find_last_not_of(kBlanks); end != std::string_view::npos) last_ = bytes[end];
    // An error with status 200 says so first; what else it could be is not worth a look at every answer.
    if (error_text_.empty() && bytes.substr(begin).starts_with(R"({"error")")) {
        fail(Failure::in_band);
        keep_error_text(bytes);
    }
}

Result<void> ResponseReader::on_sse(const SseEvent& event) {
    const EventClass kind = classify(event, delta_offset_);
    if (kind != EventClass::done) ++step_.events;
    switch (kind) {
        case EventClass::content:
            ++step_.content_events;
            break;
        case EventClass::other:
            break;
        case EventClass::done:
            end_mark_ = true;
            break;
        case EventClass::error:
            fail(Failure::in_band);
            keep_error_text(event.data);
            break;
        case EventClass::malformed:
            fail(Failure::malformed);
            keep_error_text(event.data);
            break;
    }
    return {};
}

void ResponseReader::keep_error_text(std::string_view bytes) {
    error_text_.append(bytes.substr(0, kErrorTextBytesMax - std::min(error_text_.size(), kErrorTextBytesMax)));
}

/// The first failure stands: what follows is its consequence.
void ResponseReader::fail(Failure failure) noexcept {
    if (failure_ == Failure::none) failure_ = failure;
}

/// The connection is beyond use.
void ResponseReader::broken() noexcept {
    phase_ = Phase::done;
    reusable_ = false;
}

void ResponseReader::finish(bool reusable) {
    phase_ = Phase::done;
    reusable_ = reusable && head_.keep_alive;
    if (stream_ && head_.event_stream && !events_.finish(*this)) fail(Failure::malformed);
    judge();
}

/// The verdict on an answer whose framing was right.
void ResponseReader::judge() {
    if (head_.status != 200)
        fail(Failure::http_status);
    else if (stream_ ? !head_.event_stream : first_ != '{' || last_ != '}')
        fail(Failure::malformed);
    else if (stream_ && !end_mark_)
        fail(Failure::truncated);
}

}  // namespace breakwater::bench
