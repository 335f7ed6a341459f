#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "breakwater/wire/websocket_frames.hpp"

namespace breakwater {

/// What a simulated provider says in a realtime session: the events of OpenAI's API
/// (https://platform.openai.com/docs/api-reference/realtime-server-events) for a conversation in text. It answers each
/// `response.create` with the last text that the client added. The same input gives the same output. One per session,
/// single-threaded, sans-IO.
class SimRealtime {
public:
    explicit SimRealtime(std::string_view model);

    /// Appends the frames with which the session begins.
    void begin(std::string& out);
    /// What the client sent; appends the frames that answer it.
    void receive(std::string_view bytes, std::string& out);
    /// Both sides have said that it is over, or the client broke the protocol.
    [[nodiscard]] bool over() const noexcept { return over_; }

private:
    template <class Write>
    void say(std::string_view type, std::string& out, Write write);
    void take_event(const std::string& message, std::string& out);
    void add_item(const std::string& message, std::string& out);
    void respond(std::string& out);
    void refuse(std::string_view code, std::string_view message, std::string& out);
    [[nodiscard]] std::string next_id(std::string_view prefix);

    std::string model_;
    WebSocketFrames frames_;
    std::string heard_;  ///< the text that the client added last
    std::size_t ids_ = 0;
    bool over_ = false;
};

}  // namespace breakwater
