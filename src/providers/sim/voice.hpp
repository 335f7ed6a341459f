#pragma once

#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::sim {

/// What a voice says, whole.
struct Sound {
    std::string_view media_type{};
    std::string bytes{};
};

/// The answer to a request for speech in OpenAI's form: a tone whose length and height the text decides, or, as mp3,
/// the same length of silence. The Error is what a server would answer with 400.
Result<Sound> speak(JsonReader::Element body);

}  // namespace breakwater::sim
