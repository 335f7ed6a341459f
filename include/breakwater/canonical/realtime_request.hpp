#pragma once

#include <string>

namespace breakwater {

/// A request for a realtime session over WebSocket, in OpenAI's dialect
/// (https://platform.openai.com/docs/guides/realtime-websocket). What is said in it is between client and provider. A
/// value.
struct RealtimeRequest {
    std::string model{};       ///< as the client wrote it: a route's name
    bool transcribes = false;  ///< `intent=transcription`: the session only writes down what it hears
    bool beta = false;         ///< the events are those of before the API's first stable version
};

}  // namespace breakwater
