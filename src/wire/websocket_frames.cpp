#include "breakwater/wire/websocket_frames.hpp"

#include <algorithm>
#include <utility>

namespace breakwater {
namespace {

constexpr std::size_t kControlPayloadMax = 125;
/// In the second byte of a head: the length stands in the next two bytes, or in the next eight.
constexpr unsigned kLengthIn2 = 126;
constexpr unsigned kLengthIn8 = 127;
constexpr std::size_t kMaskBytes = 4;

bool is_known(FrameKind kind) noexcept {
    switch (kind) {
        case FrameKind::continuation:
        case FrameKind::text:
        case FrameKind::binary:
        case FrameKind::close:
        case FrameKind::ping:
        case FrameKind::pong:
            return true;
    }
    return false;
}

void append_big_endian(std::string& out, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = bytes; i-- > 0;) out.push_back(static_cast<char>(value >> (8 * i)));
}

/// How many bytes of UTF-8 fit into `bytes_max` without a part of a character.
std::size_t whole_characters(std::string_view text, std::size_t bytes_max) noexcept {
    if (text.size() <= bytes_max) return text.size();
    std::size_t size = bytes_max;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return size;
}

}  // namespace

std::size_t WebSocketFrames::read(std::string_view bytes, std::string& out) {
    std::size_t at = 0;
    while (at < bytes.size() && fault_ == Fault::none && !closed_ && !(gathers_ && message_ended_))
        at += in_frame_ ? take_payload(bytes.substr(at), out) : take_head(bytes.substr(at), out);
    return at;
}

// As much of the head as is known says how long it is.
std::size_t WebSocketFrames::head_bytes() const noexcept {
    if (head_size_ < 2) return 2;
    const unsigned length = head_[1] & 0x7F;
    const std::size_t extended = length == kLengthIn8 ? 8 : length == kLengthIn2 ? 2 : 0;
    return 2 + extended + (from_client_ ? kMaskBytes : 0);
}

std::size_t WebSocketFrames::take_head(std::string_view bytes, std::string& out) {
    std::size_t at = 0;
    while (at < bytes.size() && head_size_ < head_bytes()) {
        head_[head_size_++] = static_cast<unsigned char>(bytes[at++]);
        if (head_size_ == 2 && breaks_rules()) {
            fault_ = Fault::protocol;
            return at;
        }
    }
    if (head_size_ == head_bytes()) begin_frame(out);
    return at;
}

// What the first two bytes say.
bool WebSocketFrames::breaks_rules() const noexcept {
    constexpr unsigned kReservedBits = 0x70;
    const bool masked = (head_[1] & 0x80) != 0;
    const std::size_t length = head_[1] & 0x7F;
    if ((head_[0] & kReservedBits) != 0 || !is_known(kind()) || masked != from_client_) return true;
    if (is_control()) {
        const bool half_a_code = kind() == FrameKind::close && length == 1;
        return !is_last_piece() || length > kControlPayloadMax || half_a_code;
    }
    return (kind() == FrameKind::continuation) != in_message_;
}

std::uint64_t WebSocketFrames::payload_bytes() const noexcept {
    const unsigned length = head_[1] & 0x7F;
    if (length < kLengthIn2) return length;
    const std::size_t end = length == kLengthIn2 ? 4 : 10;
    std::uint64_t value = 0;
    for (std::size_t i = 2; i < end; ++i) value = value << 8 | head_[i];
    return value;
}

bool WebSocketFrames::is_shortest(std::uint64_t length) const noexcept {
    const unsigned form = head_[1] & 0x7F;
    if (form == kLengthIn8) return length > 0xFFFF;
    return form != kLengthIn2 || length >= kLengthIn2;
}

void WebSocketFrames::begin_frame(std::string& out) {
    const std::uint64_t length = payload_bytes();
    if (!is_shortest(length) || length >> 63 != 0) {
        fault_ = Fault::protocol;
        return;
    }
    if (!is_control()) {
        if (!in_message_) message_bytes_ = 0;
        if (length > message_bytes_max_ - message_bytes_) {
            fault_ = Fault::too_large;
            return;
        }
        message_bytes_ += length;
        in_message_ = !is_last_piece();
        ++progress_;
    }
    out.append(reinterpret_cast<const char*>(head_.data()), head_size_);
    if (from_client_) std::copy_n(head_.begin() + (head_size_ - kMaskBytes), kMaskBytes, mask_.begin());
    mask_at_ = 0;
    left_ = length;
    head_size_ = 0;
    in_frame_ = true;
    if (left_ == 0) end_frame();
}

std::size_t WebSocketFrames::take_payload(std::string_view bytes, std::string& out) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    const std::string_view piece = bytes.substr(0, size);
    out.append(piece);
    const bool kept = gathers_ && !is_control();
    const bool pinged = answers_pings_ && kind() == FrameKind::ping;
    for (std::size_t i = 0; i < size && (kept || pinged || kind() == FrameKind::close); ++i) {
        const unsigned char byte = static_cast<unsigned char>(piece[i]) ^ mask_[(mask_at_ + i) % kMaskBytes];
        if (kept) {
            gathered_.push_back(static_cast<char>(byte));
        } else if (pinged) {
            pinged_.push_back(static_cast<char>(byte));
        } else if (code_size_ < code_.size()) {
            code_[code_size_++] = byte;
        } else if (gathers_) {
            reason_.push_back(static_cast<char>(byte));
        }
    }
    mask_at_ = static_cast<std::uint8_t>((mask_at_ + size) % kMaskBytes);
    left_ -= size;
    if (left_ == 0) end_frame();
    return size;
}

void WebSocketFrames::end_frame() {
    in_frame_ = false;
    if (kind() == FrameKind::close) closed_ = true;
    if (answers_pings_ && kind() == FrameKind::ping) {
        append_frame(pongs_, FrameKind::pong, pinged_);
        pinged_.clear();
    }
    if (is_control() || in_message_) return;
    ++messages_;
    ++progress_;
    message_ended_ = true;
}

std::optional<std::uint16_t> WebSocketFrames::close_code() const noexcept {
    if (!closed_ || code_size_ < code_.size()) return std::nullopt;
    return static_cast<std::uint16_t>(code_[0] << 8 | code_[1]);
}

std::string_view WebSocketFrames::close_reason() const noexcept {
    return closed_ ? std::string_view(reason_) : std::string_view();
}

std::optional<std::string> WebSocketFrames::take_message() {
    if (!gathers_ || !std::exchange(message_ended_, false)) return std::nullopt;
    return std::exchange(gathered_, std::string());
}

void append_frame(std::string& out, FrameKind kind, std::string_view payload, std::optional<std::uint32_t> mask) {
    const unsigned mask_bit = mask ? 0x80 : 0;
    out.push_back(static_cast<char>(0x80 | static_cast<unsigned>(kind)));
    if (payload.size() < kLengthIn2) {
        out.push_back(static_cast<char>(mask_bit | payload.size()));
    } else if (payload.size() <= 0xFFFF) {
        out.push_back(static_cast<char>(mask_bit | kLengthIn2));
        append_big_endian(out, payload.size(), 2);
    } else {
        out.push_back(static_cast<char>(mask_bit | kLengthIn8));
        append_big_endian(out, payload.size(), 8);
    }
    if (!mask) {
        out.append(payload);
        return;
    }
    append_big_endian(out, *mask, kMaskBytes);
    for (std::size_t i = 0; i < payload.size(); ++i)
        out.push_back(static_cast<char>(payload[i] ^ static_cast<char>(*mask >> (8 * (3 - i % kMaskBytes)))));
}

void append_close_frame(std::string& out, CloseCode code, std::string_view reason, std::optional<std::uint32_t> mask) {
    std::string payload;
    append_big_endian(payload, static_cast<std::uint16_t>(code), 2);
    payload.append(reason.substr(0, whole_characters(reason, kControlPayloadMax - 2)));
    append_frame(out, FrameKind::close, payload, mask);
}

}  // namespace breakwater
