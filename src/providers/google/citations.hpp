#pragma once

#include <string>
#include <string_view>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google {

/// Turns `groundingMetadata`, which names places in the answer's text by bytes, into annotations, which count UTF-16
/// units. It keeps the text for that, so it is used only where a search was asked for. One per choice.
class Citations {
public:
    void add_text(std::string_view text);
    void send(JsonReader::Element grounding, std::uint32_t choice, EventSink& sink) const;

private:
    [[nodiscard]] std::int64_t units(std::int64_t bytes) const;

    std::string text_;
};

}  // namespace breakwater::google
