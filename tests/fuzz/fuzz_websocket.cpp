// Property: frames give the same whole and byte by byte; what is let through is read again without a fault, and is the
// beginning of what came. The first byte of an input says whose frames they are.
#include <cstdlib>
#include <string>

#include "breakwater/providers/sim_realtime.hpp"
#include "breakwater/wire/websocket_frames.hpp"

namespace {

using namespace breakwater;

constexpr std::size_t kMessageMax = 1u << 12;

struct Seen {
    std::string out;
    std::string messages;
    WebSocketFrames::Fault fault{};
    bool closed = false;
    friend bool operator==(const Seen&, const Seen&) = default;
};

Seen read(WebSocketFrames::From from, std::string_view bytes, std::size_t piece) {
    WebSocketFrames frames(from, kMessageMax);
    frames.gather(true);
    Seen seen;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        std::string_view part = bytes.substr(at, piece);
        while (!part.empty() && frames.fault() == WebSocketFrames::Fault::none && !frames.closed()) {
            part.remove_prefix(frames.read(part, seen.out));
            if (const auto message = frames.take_message()) {
                if (message->size() > kMessageMax) std::abort();
                seen.messages += *message + "\n";
            }
        }
    }
    seen.fault = frames.fault();
    seen.closed = frames.closed();
    return seen;
}

std::string answer(std::string_view target, std::string_view bytes, std::size_t piece) {
    const auto session = make_sim_session(target, "realtime");
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += piece) session->receive(bytes.substr(at, piece), out);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto from = data[0] % 2 == 0 ? WebSocketFrames::From::client : WebSocketFrames::From::server;
    const Seen whole = read(from, bytes, bytes.size() + 1);
    if (whole != read(from, bytes, 1)) std::abort();
    if (!bytes.starts_with(whole.out)) std::abort();
    const Seen again = read(from, whole.out, whole.out.size() + 1);
    if (again.fault != WebSocketFrames::Fault::none || again.messages != whole.messages) std::abort();
    for (const char* target : {"/realtime", "/ws/"}) {
        if (answer(target, bytes, bytes.size() + 1) != answer(target, bytes, 1)) std::abort();
    }
    return 0;
}
