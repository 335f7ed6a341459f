#include "realtime.hpp"

namespace breakwater {
namespace {

/// Larger than what is said in text; audio comes in pieces.
constexpr std::size_t kMessageBytesMax = 1u << 20;

}  // namespace

SimSession::SimSession(std::string_view model)
    : model_(model), frames_(WebSocketFrames::From::client, kMessageBytesMax) {
    frames_.gather(true);
}

void SimSession::receive(std::string_view bytes, std::string& out) {
    std::string seen;
    while (!bytes.empty() && !over_) {
        bytes.remove_prefix(frames_.read(bytes, seen));
        if (const auto message = frames_.take_message()) take_message(*message, out);
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

std::string SimSession::answer_to(const std::string& heard) {
    return heard.empty() ? "Hello from the simulator." : "You said: " + heard;
}

std::unique_ptr<SimSession> make_sim_session(std::string_view target, std::string_view model) {
    return target.starts_with("/ws/") ? sim::make_live(model) : sim::make_realtime(model);
}

}  // namespace breakwater
