#include "breakwater/net/chunked.hpp"

#include <algorithm>
#include <cstring>

namespace breakwater {

namespace {

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

// One byte outside of chunk data; false when it does not belong there.
bool ChunkedDecoder::control_byte(char c) {
    switch (state_) {
        case State::size:
            if (const int digit = hex_digit(c); digit >= 0) {
                left_ = left_ * 16 + static_cast<unsigned>(digit);
                return ++digits_ <= 15;
            }
            if (digits_ == 0) return false;
            if (c == '\r') {
                state_ = State::size_lf;
            } else if (c == ';' || c == ' ' || c == '\t') {
                state_ = State::extension;
            } else {
                return false;
            }
            return true;
        case State::extension:
            if (c == '\r') state_ = State::size_lf;
            return c != '\n' && ++overhead_ <= kOverheadMax;
        case State::size_lf:
            state_ = left_ == 0 ? State::trailer_start : State::data;
            digits_ = 0;
            return c == '\n';
        case State::data:
            return true;
        case State::data_cr:
            state_ = State::data_lf;
            return c == '\r';
        case State::data_lf:
            state_ = State::size;
            return c == '\n';
        case State::trailer_start:
            state_ = c == '\r' ? State::last_lf : State::trailer;
            return c != '\n' && ++overhead_ <= kOverheadMax;
        case State::trailer:
            if (c == '\r') state_ = State::trailer_lf;
            return c != '\n' && ++overhead_ <= kOverheadMax;
        case State::trailer_lf:
            state_ = State::trailer_start;
            return c == '\n';
        case State::last_lf:
            state_ = State::done;
            return c == '\n';
        case State::done:
            return true;
    }
    return false;
}

ChunkedDecoder::Step ChunkedDecoder::decode(std::span<char> bytes) {
    Step step;
    while (step.consumed < bytes.size() && state_ != State::done) {
        if (state_ == State::data) {
            const std::size_t take =
                static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - step.consumed));
            std::memmove(bytes.data() + step.body_bytes, bytes.data() + step.consumed, take);
            step.body_bytes += take;
            step.consumed += take;
            left_ -= take;
            if (left_ == 0) state_ = State::data_cr;
        } else if (!control_byte(bytes[step.consumed++])) {
            step.failed = true;
            return step;
        }
    }
    return step;
}

}  // namespace breakwater
