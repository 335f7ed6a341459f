#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_completions {

/// The log probabilities of a chat's tokens (`{"content":[...],"refusal":[...]}`), to be told in the shape that
/// completions have.
class LegacyLogprobs {
public:
    /// Reads `logprobs`, which may be empty. It has to stay as long as this is used, and the reader with it.
    LegacyLogprobs(JsonReader& reader, std::string_view logprobs);

    /// There are no tokens.
    [[nodiscard]] bool empty() const noexcept;
    /// Parallel lists of tokens, their probabilities, the likeliest instead, and where each token stands. `characters`:
    /// where the first stands, unless it says so itself; afterwards where the next will.
    void write(JsonWriter& json, std::size_t& characters) const;

private:
    std::array<JsonReader::Array, 2> parts_;
};

}  // namespace breakwater::openai_completions
