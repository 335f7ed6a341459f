#include "unknown_fields.hpp"

#include <algorithm>

namespace breakwater {

void report_unknown_fields(JsonReader::Element object, std::span<const std::string_view> known, EventSink& sink) {
    JsonReader::Object members;
    if (object.get(members) != simdjson::SUCCESS) return;
    for (const auto& member : members) {
        if (std::ranges::find(known, std::string_view(member.key)) == known.end()) sink.on_unknown(Unknown::field);
    }
}

}  // namespace breakwater
