#include "pieces.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>

namespace breakwater {

namespace {

/// To copy fewer bytes than these is cheaper than to have the kernel gather them, which costs it a tenth of a write.
constexpr std::size_t kSmallBytes = 2'048;

std::size_t total_of(const Stream::Pieces& pieces) noexcept {
    std::size_t total = 0;
    for (const std::string_view piece : pieces) total += piece.size();
    return total;
}

}  // namespace

std::string_view joined_up_to(std::size_t most, const Stream::Pieces& pieces) {
    thread_local std::array<char, kTlsRecordBytes> room{};
    const std::size_t total = total_of(pieces);
    const auto first = std::ranges::find_if(pieces, [](std::string_view piece) { return !piece.empty(); });
    if (first == pieces.end()) return {};
    if (first->size() == total || total > most) return *first;
    char* end = room.data();
    for (const std::string_view piece : pieces) end = std::ranges::copy(piece, end).out;
    return {room.data(), end};
}

ssize_t send_pieces(int fd, const Stream::Pieces& pieces) {
    const std::string_view text = joined_up_to(kSmallBytes, pieces);
    if (text.size() == total_of(pieces)) return ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    std::array<iovec, std::tuple_size_v<Stream::Pieces>> parts{};
    std::size_t count = 0;
    for (const std::string_view piece : pieces) {
        if (!piece.empty()) parts[count++] = {const_cast<char*>(piece.data()), piece.size()};
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    return ::sendmsg(fd, &message, MSG_NOSIGNAL);
}

}  // namespace breakwater
