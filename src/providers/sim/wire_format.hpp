#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "choice_stream.hpp"

namespace breakwater::sim {

/// What stands in every chunk and in a whole answer.
struct Identity {
    std::string id;
    std::string model;
};

struct TokenCounts {
    std::size_t prompt = 0;
    std::size_t completion = 0;
    std::size_t reasoning = 0;
};

/// Chunks of the OpenAI dialect as server-sent events. What all chunks have in common is written once, so that a token
/// costs little more than its bytes: benchmarks use the simulator as their provider.
class ChunkWriter {
public:
    ChunkWriter(const Identity& identity, const Request& request);

    void role(std::string& out, std::size_t choice, bool null_content) const;
    void piece(std::string& out, std::size_t choice, const Piece& piece) const;
    /// The chunk without choices; nothing when usage was not asked for.
    void usage(std::string& out, const TokenCounts& counts) const;

private:
    void begin(std::string& out, std::size_t choice) const;
    void end(std::string& out, std::string_view logprobs, std::string_view finish) const;

    std::string head_;       // data: {"id":...,"choices":[
    std::string_view tail_;  // what follows `]`
    bool include_usage_;
    bool logprobs_;
    std::size_t top_logprobs_;
};

/// One choice of an answer that is not streamed.
struct WholeChoice {
    std::string text{};
    std::string reasoning{};
    std::vector<PlannedCall> calls{};
    std::string logprobs{};  ///< items, joined by commas
    std::string finish{};
};

/// The pieces of one choice, put together.
void add_piece(WholeChoice& choice, const Piece& piece, const Request& request);
void write_whole(std::string& out, const Identity& identity, const std::vector<WholeChoice>& choices,
                 const TokenCounts& counts, bool logprobs);

/// {"error":{...}}.
std::string error_object(std::string_view message, std::string_view type, std::string_view param,
                         std::string_view code);

}  // namespace breakwater::sim
