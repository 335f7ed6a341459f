#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string_view>

#include "breakwater/net/stream.hpp"

namespace breakwater {

/// What goes into one TLS record at the most.
inline constexpr std::size_t kTlsRecordBytes = 16'384;

/// What to write first of the pieces: all of them, one behind the other, where they are together no longer than `most`
/// (at most a record); else the first that is not empty. For streams, at each write.
///
/// All streams of the thread share the room, so that joined bytes are lost at the next call. Nobody needs them then:
/// the kernel has what it took, a record that could not be sent lies encrypted in OpenSSL, and who tries again has the
/// same bytes in pieces, which are joined anew (SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER).
std::string_view joined_up_to(std::size_t most, const Stream::Pieces& pieces);

/// Sends the pieces on a plain socket in one call, joined or gathered; as send(2), of which it may take a part.
ssize_t send_pieces(int fd, const Stream::Pieces& pieces);

}  // namespace breakwater
