#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

/// The vectors of an answer, put in the order of the inputs; the elements live as long as their document. They are
/// numbers, or base64 of little-endian 32-bit floats. One per answer.
class Vectors {
public:
    /// `expected`: how many inputs there were.
    explicit Vectors(std::size_t expected) : slots_(expected) {}

    /// Makes all lengths 1, which not every model does for vectors that it has shortened.
    void normalise() noexcept { normalise_ = true; }
    /// The next one, or the one with that index. Numbers that were never asked for are a fault of the answer.
    Result<void> add(JsonReader::Element vector) { return add(next_, vector); }
    Result<void> add(std::size_t index, JsonReader::Element vector);
    /// Tells the sink of all of them; an Error when one is missing or is no vector.
    Result<void> emit(EventSink& sink);

private:
    Result<void> emit_numbers(std::uint32_t index, JsonReader::Array numbers, EventSink& sink);

    std::vector<std::optional<JsonReader::Element>> slots_;
    std::vector<double> values_;
    std::size_t next_ = 0;
    bool normalise_ = false;
};

}  // namespace breakwater
