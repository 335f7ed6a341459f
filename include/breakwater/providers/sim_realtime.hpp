#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "breakwater/wire/websocket_frames.hpp"

namespace breakwater {

/// What a simulated provider says in a realtime session, for a conversation in text. It answers the last text that the
/// client added, or to its first 16 KB; the same input gives the same output. One per session, single-threaded,
/// sans-IO.
class SimSession {
public:
    virtual ~SimSession() = default;
    /// Appends the frames with which the session begins, before the client has said anything.
    virtual void begin(std::string& /*out*/) {}
    /// What the client sent; appends the frames that answer it: one answer, or about 1 MB of them. A client that asks
    /// for more at once ends the session.
    void receive(std::string_view bytes, std::string& out);
    /// Both sides have said that it is over, or one of them broke it off.
    [[nodiscard]] bool over() const noexcept { return over_; }

protected:
    explicit SimSession(std::string_view model);
    virtual void take_message(const std::string& message, std::string& out) = 0;
    /// Ends the session.
    void close(CloseCode code, std::string_view reason, std::string& out);
    /// The client added that text.
    void hear(std::string_view text);
    /// What is said to that text.
    [[nodiscard]] static std::string answer_to(const std::string& heard);

    std::string model_;
    std::string heard_{};  ///< the text that the client added last, or its beginning

private:
    WebSocketFrames frames_;
    bool over_ = false;
};

/// In the dialect of those sessions that are asked for at `target`: the events of OpenAI's API
/// (https://platform.openai.com/docs/api-reference/realtime-server-events), or the messages of Google's Live API
/// (https://ai.google.dev/api/live).
std::unique_ptr<SimSession> make_sim_session(std::string_view target, std::string_view model);

}  // namespace breakwater
