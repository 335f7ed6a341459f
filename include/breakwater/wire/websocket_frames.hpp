#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace breakwater {

// WebSocket, https://www.rfc-editor.org/rfc/rfc6455.

/// Why a session ends (RFC 6455, 7.4.1, and the registry of IANA that it opened).
enum class CloseCode : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    invalid_payload = 1007,
    policy_violation = 1008,
    message_too_big = 1009,
    internal_error = 1011,
    try_again_later = 1013,
};

enum class FrameKind : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Reads one direction of a session, frame by frame, and lets through what keeps the rules: its bytes as they are,
/// masked or not. A frame's payload goes on as it comes; its head is held back until it is complete and judged, so that
/// nothing of a frame at fault is let through. Refused are reserved bits and kinds, masks where there should be none
/// and the other way round, lengths that are not written in the shortest way, control frames in pieces or longer than
/// 125 bytes, pieces out of order, and messages above the limit. Nothing is taken behind a Close frame. Sans-IO,
/// single-threaded, of constant size but for what is gathered.
class WebSocketFrames {
public:
    enum class From : std::uint8_t { client, server };
    enum class Fault : std::uint8_t { none, protocol, too_large };

    WebSocketFrames(From from, std::size_t message_bytes_max) noexcept
        : message_bytes_max_(message_bytes_max), from_client_(from == From::client) {}

    /// Appends to `out` what may go on. Returns how many bytes were looked at: all, unless there was a fault, a Close
    /// frame, or the end of a message that was gathered.
    std::size_t read(std::string_view bytes, std::string& out);

    [[nodiscard]] Fault fault() const noexcept { return fault_; }
    /// No frame has been let through in part: another one may be put in here.
    [[nodiscard]] bool between_frames() const noexcept { return !in_frame_; }
    /// Heads of text, binary and continuation frames, and ends of messages: grows while something is said.
    [[nodiscard]] std::uint64_t progress() const noexcept { return progress_; }
    [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }  ///< that are complete
    /// A Close frame came, with its code if it had one.
    [[nodiscard]] bool closed() const noexcept { return closed_; }
    [[nodiscard]] std::optional<std::uint16_t> close_code() const noexcept;
    /// What stood behind the code, as it came, at most 123 bytes: only of a Close frame that came while messages were
    /// gathered.
    [[nodiscard]] std::string_view close_reason() const noexcept;

    /// From now on the payload of each message is kept, unmasked, until it is taken.
    void gather(bool on) noexcept {
        gathers_ = on;
        message_ended_ = false;
    }
    /// The message at whose end `read` stopped, or nothing.
    std::optional<std::string> take_message();

    /// From now on each Ping is answered, in the words of a server: for who reads a session that it does not pass on.
    /// Its frames are still let through.
    void answer_pings() noexcept { answers_pings_ = true; }
    /// The answers to those that have come since this was last asked.
    std::string take_pongs() noexcept { return std::exchange(pongs_, std::string()); }

private:
    std::size_t take_head(std::string_view bytes, std::string& out);
    std::size_t take_payload(std::string_view bytes, std::string& out);
    [[nodiscard]] std::size_t head_bytes() const noexcept;
    [[nodiscard]] bool breaks_rules() const noexcept;
    [[nodiscard]] std::uint64_t payload_bytes() const noexcept;
    [[nodiscard]] bool is_shortest(std::uint64_t length) const noexcept;
    void begin_frame(std::string& out);
    void end_frame();
    [[nodiscard]] FrameKind kind() const noexcept { return static_cast<FrameKind>(head_[0] & 0x0F); }
    [[nodiscard]] bool is_control() const noexcept { return (head_[0] & 0x08) != 0; }
    [[nodiscard]] bool is_last_piece() const noexcept { return (head_[0] & 0x80) != 0; }

    std::size_t message_bytes_max_;
    std::uint64_t left_ = 0;           ///< of the frame's payload
    std::uint64_t message_bytes_ = 0;  ///< of the message, its pieces so far together
    std::uint64_t progress_ = 0;
    std::uint64_t messages_ = 0;
    std::array<unsigned char, 14> head_{};  ///< of the frame, the mask at its end
    std::array<unsigned char, 4> mask_{};
    std::array<unsigned char, 2> code_{};
    std::uint8_t head_size_ = 0;
    std::uint8_t code_size_ = 0;
    std::uint8_t mask_at_ = 0;
    Fault fault_ = Fault::none;
    bool from_client_;
    bool in_frame_ = false;
    bool in_message_ = false;  ///< its last piece has not come
    bool closed_ = false;
    bool gathers_ = false;
    bool message_ended_ = false;
    bool answers_pings_ = false;
    std::string gathered_;
    std::string reason_;  ///< of the Close frame
    std::string pinged_;  ///< the payload of the Ping that is being read
    std::string pongs_;
};

/// Appends a whole frame. `mask`, for what a client sends: any four bytes, another for each frame.
void append_frame(std::string& out, FrameKind kind, std::string_view payload,
                  std::optional<std::uint32_t> mask = std::nullopt);
/// A Close frame; of the reason as much as fits into one, cut between two characters.
void append_close_frame(std::string& out, CloseCode code, std::string_view reason,
                        std::optional<std::uint32_t> mask = std::nullopt);

}  // namespace breakwater
