#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/net/stream.hpp"
#include "response_writer.hpp"

namespace breakwater {

/// The rest of a request's body as it goes over the wire, and what of it could not be written yet. Sans-IO; views of
/// what is given to it, which has to stay until it is written.
class OutgoingRest {
public:
    /// `bytes`: how many there are; nothing where only their end will tell, so that every piece states its own length.
    explicit OutgoingRest(std::optional<std::uint64_t> bytes) noexcept : chunked_(!bytes), bytes_(bytes.value_or(0)) {}
    [[nodiscard]] bool is_chunked() const noexcept { return chunked_; }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

    /// The end of a piece whose beginning has been written with the head.
    void begin(std::string_view tail) noexcept { waiting_ = {tail, chunked_ ? kChunkEnd : std::string_view(), {}}; }
    /// More of it, once nothing waits; behind the `last` comes the end.
    void add(std::string_view bytes, bool last) {
        if (ended_) return;
        ended_ = last;
        if (!chunked_) {
            waiting_ = {bytes, {}, {}};
        } else if (bytes.empty()) {
            waiting_ = {last ? kBodyEnd : std::string_view(), {}, {}};
        } else {
            head_ = chunk_head(bytes.size());
            waiting_ = {head_, bytes, last ? kLastEnd : kChunkEnd};
        }
    }
    [[nodiscard]] const Stream::Pieces& waiting() const noexcept { return waiting_; }
    void keep(const Stream::Pieces& left) noexcept { waiting_ = left; }
    /// All of it has been written.
    [[nodiscard]] bool complete() const noexcept {
        return ended_ && waiting_[0].empty() && waiting_[1].empty() && waiting_[2].empty();
    }

private:
    static constexpr std::string_view kChunkEnd = "\r\n";
    static constexpr std::string_view kBodyEnd = "0\r\n\r\n";
    static constexpr std::string_view kLastEnd = "\r\n0\r\n\r\n";

    bool chunked_;
    std::uint64_t bytes_;
    bool ended_ = false;
    std::string head_;
    Stream::Pieces waiting_{};
};

}  // namespace breakwater
