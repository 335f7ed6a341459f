#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/canonical/chat_response.hpp"
#include "breakwater/canonical/stream_guard.hpp"
#include "providers/openai/decoder.hpp"

namespace breakwater::test {

/// A provider's answer, as a recording or a fixture has it.
struct Answer {
    HttpResponseHead head{};
    std::string body{};
    std::vector<std::string> tools{};  ///< names of the request's tools
};

/// What the decoder made of it, behind the guard, as every client sees it.
struct Decoded {
    ChatResponse response{};
    bool ended = false;
    std::optional<Error> error{};
};

/// How the decoder learns that the body has ended.
enum class BodyEnd : std::uint8_t { with_last_bytes, apart };

/// Decodes the body cut at the given positions, in ascending order.
inline Decoded decode(const Answer& answer, const std::vector<std::size_t>& cuts,
                      BodyEnd end_comes = BodyEnd::with_last_bytes) {
    ChatRequest request;
    for (const std::string& name : answer.tools) request.tools.push_back({.name = name});
    const std::unique_ptr<ResponseDecoder> decoder = openai::make_decoder(request);
    Rng rng(1);
    ResponseFold fold;
    StreamGuard guard(fold, rng);
    const std::string_view body = answer.body;

    Result<void> done = decoder->on_head(answer.head);
    std::size_t start = 0;
    for (std::size_t i = 0; i <= cuts.size() && done; ++i) {
        const std::size_t end = i < cuts.size() ? cuts[i] : body.size();
        // A copy of exactly this piece, so that a view that outlives it is found by the sanitiser.
        const std::string piece(body.substr(start, end - start));
        const bool last = i == cuts.size() && end_comes == BodyEnd::with_last_bytes && !piece.empty();
        if (last)
            done = decoder->on_last(piece, guard);
        else if (!piece.empty())
            done = decoder->on_body(piece, guard);
        if (done && !last && i == cuts.size()) done = decoder->on_end(guard);
        start = end;
    }

    Decoded decoded{.response = fold.response(), .ended = fold.ended(), .error = fold.fault()};
    if (!done) decoded.error = done.error();
    return decoded;
}

inline Decoded decode_in_pieces(const Answer& answer, std::size_t piece_bytes) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = piece_bytes; at < answer.body.size(); at += piece_bytes) cuts.push_back(at);
    return decode(answer, cuts);
}

}  // namespace breakwater::test
