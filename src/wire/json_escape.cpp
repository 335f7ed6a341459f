#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "json_plain_copy.hpp"
#include "text_block.hpp"

namespace breakwater {
namespace {

/// What is written around the escaped text.
enum class JsonFrame : std::uint8_t { none, value, key };

/// What a byte becomes, with its length behind it: eight bytes, so that writing it is one store.
struct Written {
    std::array<char, 7> text;
    unsigned char length;
};

constexpr Written written(unsigned char c) {
    constexpr std::string_view kNamed = "\"\"\\\\\bb\ff\nn\rr\tt";  // each character, then its letter
    for (std::size_t i = 0; i < kNamed.size(); i += 2) {
        if (static_cast<unsigned char>(kNamed[i]) == c) return {{'\\', kNamed[i + 1]}, 2};
    }
    if (c >= 0x20) return {{static_cast<char>(c)}, 1};
    constexpr std::string_view kHex = "0123456789abcdef";
    return {{'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 15]}, 6};
}

constexpr auto kWritten = [] {
    std::array<Written, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c) table[c] = written(static_cast<unsigned char>(c));
    return table;
}();

/// What must be free behind the output beside the text itself: a block of nothing but escapes.
constexpr std::size_t kSlack = 128;
static_assert(kSlack >= TextBlock::kBytes * 6 + sizeof(Written));

/// From here on, and after that many blocks without an escape, the larger blocks of copy_plain_blocks pay for its call.
constexpr std::size_t kLong = 96;
constexpr int kPlainBlocks = 3;

/// Where one pass stands: text from `from` to `end` is left, the output goes on at `to`.
class Pass {
public:
    Pass(const char* from, const char* end, char* to) noexcept : from_(from), end_(end), to_(to) {}

    /// Copies until the text ends or escapes have used up the room, which holds the text and kSlack at the start.
    void run(const char* room_end) noexcept;
    [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - from_); }
    [[nodiscard]] const char* from() const noexcept { return from_; }
    [[nodiscard]] char* to() const noexcept { return to_; }
    [[nodiscard]] bool beyond_ascii() const noexcept { return beyond_ascii_; }

private:
    bool copy(TextBlock block, std::size_t count) noexcept;
    void write(std::uint32_t escapes, std::size_t count) noexcept;
    void put(char c) noexcept {
        const Written* bytes = kWritten.data() + static_cast<unsigned char>(c);
        std::memcpy(to_, bytes, sizeof *bytes);
        to_ += bytes->length;
    }

    const char* from_;
    const char* end_;
    char* to_;
    bool beyond_ascii_ = false;
};

/// Copies a block, of which `count` bytes are text. False when there was an escape; then maybe not all of it is copied.
inline bool Pass::copy(TextBlock block, std::size_t count) noexcept {
    block.store(to_);
    const std::uint32_t text = ~std::uint32_t{0} >> (32 - count);
    if (const std::uint32_t unusual = block.unusual() & text; unusual != 0) [[unlikely]] {
        const std::uint32_t escapes = unusual & ~block.beyond_ascii();
        beyond_ascii_ |= escapes != unusual;
        if (escapes != 0) {
            write(escapes, count);
            return false;
        }
    }
    from_ += count;
    to_ += count;
    return true;
}

/// A block that has escapes and is stored already: few are met one by one, many byte by byte.
inline void Pass::write(std::uint32_t escapes, std::size_t count) noexcept {
    const std::uint32_t beyond_first = escapes & (escapes - 1);
    if ((beyond_first & (beyond_first - 1)) != 0) {
        for (const char* const stop = from_ + count; from_ != stop; ++from_) put(*from_);
        return;
    }
    const auto plain = static_cast<std::size_t>(std::countr_zero(escapes));
    to_ += plain;
    put(from_[plain]);
    from_ += plain + 1;
}

void Pass::run(const char* room_end) noexcept {
    int plain_blocks = 0;
    while (left() > 0) {
        if (plain_blocks == kPlainBlocks && left() >= kLong) {
            const PlainCopy copied = copy_plain_blocks(from_, left(), to_);
            from_ += copied.count;
            to_ += copied.count;
            beyond_ascii_ |= copied.beyond_ascii;
            plain_blocks = 0;
            continue;  // maybe that was all
        }
        const std::size_t count = std::min(left(), TextBlock::kBytes);
        const bool whole = count == TextBlock::kBytes;
        if (whole ? copy(TextBlock::load(from_), TextBlock::kBytes)
                  : copy(TextBlock::load_short(from_, count), count)) {
            ++plain_blocks;
        } else {
            plain_blocks = 0;
            if (static_cast<std::size_t>(room_end - to_) < left() + kSlack) return;
        }
    }
}

/// Copies 1 to 2 * kBytes bytes, unless one is unusual; loads of one block or two that overlap.
inline bool copy_short(const char* from, std::size_t count, char* to) noexcept {
    constexpr std::size_t kBlock = TextBlock::kBytes;
    if (count < kBlock) {
        const TextBlock block = TextBlock::load_short(from, count);
        block.store(to);
        return (block.unusual() & (~std::uint32_t{0} >> (32 - count))) == 0;
    }
    const TextBlock first = TextBlock::load(from);
    const TextBlock last = TextBlock::load(from + count - kBlock);
    first.store(to);
    last.store(to + count - kBlock);
    return (first.unusual() | last.unusual()) == 0;
}

/// A short text that needs no escape, as most do, where there is room. Appends nothing and says so when there is more
/// to do: without a call inside, this needs no registers saved.
template <JsonFrame frame>
inline bool append_short(std::string& out, std::string_view text, bool comma) {
    constexpr std::size_t kMost = 2 * TextBlock::kBytes + 4;
    if (text.empty() || text.size() > 2 * TextBlock::kBytes || out.capacity() - out.size() < kMost) return false;
    bool done = false;
    append_written(out, kMost, [&](char* const begin) {
        char* at = begin;
        *at = ',';
        at += comma ? 1 : 0;
        if (frame != JsonFrame::none) *at++ = '"';
        done = copy_short(text.data(), text.size(), at);
        if (!done) return begin;
        at += text.size();
        if (frame != JsonFrame::none) *at++ = '"';
        if (frame == JsonFrame::key) *at++ = ':';
        return at;
    });
    return done;
}

/// simdjson checks long text faster; below this its set-up costs more than it gains.
bool is_well_formed(std::string_view text) noexcept {
    return text.size() < 64 ? is_valid_utf8(text) : simdjson::validate_utf8(text.data(), text.size());
}

void append_any(std::string& out, std::string_view text, JsonFrame frame, bool comma) {
    const std::size_t before = out.size();
    const char* from = text.data();
    const char* const end = from + text.size();
    bool beyond_ascii = false;
    bool begun = false;
    do {
        const std::size_t needed = static_cast<std::size_t>(end - from) + kSlack + 4;  // four: comma, quotes, colon
        if (out.capacity() - out.size() < needed) make_room(out, needed);
        // Whatever room there is may be used; what is not is cut off again.
        out.resize_and_overwrite(out.capacity(), [&, size = out.size()](char* bytes, std::size_t room) {
            char* at = bytes + size;
            if (!begun && comma) *at++ = ',';
            if (!begun && frame != JsonFrame::none) *at++ = '"';
            begun = true;
            Pass pass(from, end, at);
            pass.run(bytes + room - 2);
            from = pass.from();
            at = pass.to();
            beyond_ascii |= pass.beyond_ascii();
            if (from == end && frame != JsonFrame::none) *at++ = '"';
            if (from == end && frame == JsonFrame::key) *at++ = ':';
            return static_cast<std::size_t>(at - bytes);
        });
    } while (from != end);
    if (beyond_ascii && !is_well_formed(text)) [[unlikely]] {
        out.resize(before);
        append_any(out, replace_invalid_utf8(text), frame, comma);
    }
}

}  // namespace

static_assert(kShortJsonText >= 2 * TextBlock::kBytes);

char* put_short_json_string(char* at, std::string_view text) noexcept {
    *at++ = '"';
    if (!text.empty()) {
        if (text.size() > 2 * TextBlock::kBytes || !copy_short(text.data(), text.size(), at)) return nullptr;
        at += text.size();
    }
    *at++ = '"';
    return at;
}

void append_json_escaped(std::string& out, std::string_view text) {
    if (!append_short<JsonFrame::none>(out, text, false)) append_any(out, text, JsonFrame::none, false);
}

void append_json_string(std::string& out, std::string_view text, bool comma) {
    if (!append_short<JsonFrame::value>(out, text, comma)) append_any(out, text, JsonFrame::value, comma);
}

void append_json_key(std::string& out, std::string_view name, bool comma) {
    if (!append_short<JsonFrame::key>(out, name, comma)) append_any(out, name, JsonFrame::key, comma);
}

}  // namespace breakwater
