#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace breakwater {

/// Whose messages are spoken in a realtime session.
enum class SessionDialect : std::uint8_t {
    openai,  ///< https://platform.openai.com/docs/guides/realtime-websocket
    google,  ///< the Live API, https://ai.google.dev/api/live
};

/// A request for a realtime session over WebSocket. What is said in it is between client and provider. A value.
struct RealtimeRequest {
    SessionDialect dialect = SessionDialect::openai;
    std::string model{};       ///< as the client wrote it: a route's name
    bool transcribes = false;  ///< OpenAI's `intent=transcription`: the session only writes down what it hears
    bool beta = false;         ///< OpenAI's events are those of before the API's first stable version
    bool alpha = false;        ///< the client asked for v1alpha of Google's API, which has more members
    /// Google's: the client's first message, as it came, and where in it the model's name stands, as a JSON string.
    std::string setup{};
    std::size_t model_at = 0;
    std::size_t model_bytes = 0;
};

}  // namespace breakwater
