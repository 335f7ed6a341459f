#include "event_stream.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "../shared/crc32.hpp"
#include "breakwater/base/kept_buffer.hpp"

namespace breakwater::bedrock {

namespace {

constexpr std::size_t kPreludeBytes = 12;  // both lengths and their checksum
constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kOverheadBytes = kPreludeBytes + kChecksumBytes;
// The service sends three. Names are compared with each other, so their number has a limit of our own.
constexpr std::size_t kHeadersMax = 32;

// Kinds of header values that differ in how long they are.
constexpr int kBytesValue = 6;
constexpr int kTextValue = 7;
constexpr std::array<std::size_t, 10> kFixedBytes{0, 0, 1, 2, 4,
                                                  8, 0, 0, 8, 16};  // by kind; the two above have a length

std::unexpected<Error> broken(std::string_view what) {
    return fail(ErrorKind::upstream_invalid, "The provider's event stream is broken: " + std::string(what) + ".");
}

std::uint32_t read_u32(std::string_view bytes, std::size_t at) noexcept {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

/// Takes bytes off the front; what goes beyond the end is nothing.
class Cursor {
public:
    explicit Cursor(std::string_view bytes) noexcept : rest_(bytes) {}

    [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }
    std::optional<std::string_view> take(std::size_t count) noexcept {
        if (count > rest_.size()) return std::nullopt;
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    std::optional<std::size_t> number(std::size_t bytes) noexcept {
        const auto taken = take(bytes);
        if (!taken) return std::nullopt;
        std::size_t value = 0;
        for (const char c : *taken) value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }

private:
    std::string_view rest_;
};

struct Header {
    std::string_view name;
    std::string_view text;  // empty for other kinds of values
};

std::optional<Header> take_header(Cursor& cursor) {
    const auto name_bytes = cursor.number(1);
    const auto name = name_bytes ? cursor.take(*name_bytes) : std::nullopt;
    const auto kind = name && !name->empty() ? cursor.number(1) : std::nullopt;
    if (!kind || *kind >= kFixedBytes.size()) return std::nullopt;
    const bool has_length = *kind == kBytesValue || *kind == kTextValue;
    const auto length = has_length ? cursor.number(2) : std::optional(kFixedBytes[*kind]);
    const auto value = length ? cursor.take(*length) : std::nullopt;
    if (!value) return std::nullopt;
    return Header{*name, *kind == kTextValue ? *value : std::string_view()};
}

void keep(const Header& header, EventFrame& frame) {
    static constexpr std::array<std::pair<std::string_view, std::string_view EventFrame::*>, 5> kKnown{{
        {":message-type", &EventFrame::message_type},
        {":event-type", &EventFrame::event_type},
        {":exception-type", &EventFrame::exception_type},
        {":error-code", &EventFrame::error_code},
        {":error-message", &EventFrame::error_message},
    }};
    for (const auto& [name, member] : kKnown) {
        if (header.name == name) frame.*member = header.text;
    }
}

Result<void> read_headers(std::string_view bytes, EventFrame& frame) {
    std::array<std::string_view, kHeadersMax> names;
    std::size_t count = 0;
    for (Cursor cursor(bytes); !cursor.empty();) {
        const auto header = take_header(cursor);
        if (!header) return broken("a header that cannot be read");
        if (count == kHeadersMax) return broken("too many headers");
        if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(count), header->name) !=
            names.begin() + static_cast<std::ptrdiff_t>(count)) {
            return broken("a header that is there twice");
        }
        names[count++] = header->name;
        keep(*header, frame);
    }
    return {};
}

/// Length of the frame that `bytes` begin with; 0 while its lengths have not come.
Result<std::size_t> frame_bytes(std::string_view bytes) {
    if (bytes.size() < kPreludeBytes) return 0;
    if (crc32(0, bytes.substr(0, 8)) != read_u32(bytes, 8)) return broken("the checksum of a frame's length is wrong");
    const std::size_t total = read_u32(bytes, 0);
    const std::size_t headers = read_u32(bytes, 4);
    if (headers > EventStreamParser::kHeadersBytesMax || total < kOverheadBytes + headers ||
        total - kOverheadBytes - headers > EventStreamParser::kPayloadBytesMax) {
        return broken("a frame of an impossible length");
    }
    return total;
}

Result<void> deliver(std::string_view bytes, EventFrameHandler& handler) {
    const std::size_t end = bytes.size() - kChecksumBytes;
    if (crc32(0, bytes.substr(0, end)) != read_u32(bytes, end)) return broken("the checksum of a frame is wrong");
    const std::size_t headers = read_u32(bytes, 4);
    EventFrame frame;
    if (auto read = read_headers(bytes.substr(kPreludeBytes, headers), frame); !read) return read;
    frame.payload = bytes.substr(kPreludeBytes + headers, end - kPreludeBytes - headers);
    return handler.on_frame(frame);
}

}  // namespace

Result<void> EventStreamParser::feed(std::string_view bytes, EventFrameHandler& handler) {
    // A frame that began before is filled up, and no more than it is copied. Its lengths are judged as soon as they
    // have come, so that where the bytes were split makes no difference.
    while (!held_.empty()) {
        auto total = frame_bytes(held_);
        if (!total) return std::unexpected(std::move(total.error()));
        const std::size_t wanted = *total == 0 ? kPreludeBytes : *total;
        const std::size_t missing = std::min(wanted - held_.size(), bytes.size());
        held_.append(bytes.substr(0, missing));
        bytes.remove_prefix(missing);
        if (held_.size() < wanted) return {};
        if (*total == 0) continue;
        Result<void> delivered = deliver(held_, handler);
        clear_kept(held_);
        if (!delivered) return delivered;
    }
    while (!bytes.empty()) {
        auto total = frame_bytes(bytes);
        if (!total) return std::unexpected(std::move(total.error()));
        if (*total == 0 || *total > bytes.size()) {
            held_.assign(bytes);
            return {};
        }
        if (auto delivered = deliver(bytes.substr(0, *total), handler); !delivered) return delivered;
        bytes.remove_prefix(*total);
    }
    return {};
}

}  // namespace breakwater::bedrock
