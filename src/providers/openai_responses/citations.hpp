#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai_responses {

/// Annotations of this API point into one part of the answer; those of the chat API into all of its text. Counts what
/// has been said, and moves the places. A value; it keeps no text.
class Citations {
public:
    /// A part of the text begins.
    void begin_part() noexcept { part_begin_ = length_; }
    void add_text(std::string_view text) noexcept;
    /// A source with an address, as an annotation of the chat API. Other kinds (files of the vendor's) have no place
    /// there.
    void cite(JsonReader::Element annotation, EventSink& sink);

private:
    std::int64_t length_ = 0;  // in UTF-16 code units, as annotations count
    std::int64_t part_begin_ = 0;
    std::string scratch_;
};

}  // namespace breakwater::openai_responses
