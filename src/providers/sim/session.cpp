#include <algorithm>

#include "realtime.hpp"

namespace breakwater {
namespace {

/// Larger than what is said in text; audio comes in pieces.
constexpr std::size_t kMessageBytesMax = 1u << 20;
/// Each answer repeats what was heard, some tokens of a few bytes in an event of some hundred.
constexpr std::size_t kHeardBytesMax = 16u << 10;
/// Of answers to what came at once.
constexpr std::size_t kSaidBytesMax = 1u << 20;

bool continues_character(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

SimSession::SimSession(std::string_view model)
    : model_(model), frames_(WebSocketFrames::From::client, kMessageBytesMax) {
    frames_.gather(true);
}

void SimSession::receive(std::string_view bytes, std::string& out) {
    std::string seen;
    const std::size_t before = out.size();
    while (!bytes.empty() && !over_) {
        bytes.remove_prefix(frames_.read(bytes, seen));
        if (const auto message = frames_.take_message()) {
            if (out.size() - before > kSaidBytesMax)
                return close(CloseCode::policy_violation, "That is more at once than the simulator answers.", out);
            take_message(*message, out);
        }
        if (frames_.fault() != WebSocketFrames::Fault::none) {
            close(CloseCode::protocol_error, "The client broke the WebSocket protocol.", out);
        } else if (frames_.closed()) {
            close(CloseCode::normal, {}, out);
        }
    }
}

void SimSession::close(CloseCode code, std::string_view reason, std::string& out) {
    if (!over_) append_close_frame(out, code, reason);
    over_ = true;
}

void SimSession::hear(std::string_view text) {
    std::size_t end = std::min(text.size(), kHeardBytesMax);
    while (end < text.size() && end > 0 && continues_character(text[end])) --end;
    heard_ = std::string(text.substr(0, end));
}

std::string SimSession::answer_to(const std::string& heard) {
    return heard.empty() ? "Hello from the simulator." : "You said: " + heard;
}

std::unique_ptr<SimSession> make_sim_session(std::string_view target, std::string_view model) {
    return target.starts_with("/ws/") ? sim::make_live(model) : sim::make_realtime(model);
}

}  // namespace breakwater
