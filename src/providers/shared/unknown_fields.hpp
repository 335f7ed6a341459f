#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

/// Of what is an object: {} says nothing, and so nothing that is not known.
inline bool is_empty(JsonReader::Element object) {
    return JsonReader::Object(object).size() == 0;
}

/// Tells the sink of every member of `object` that is not among `known`; what is no object has none. Cheapest where
/// `known` has the order in which the provider writes them.
void report_unknown_fields(JsonReader::Element object, std::span<const std::string_view> known, EventSink& sink);

/// The same for objects that come with every piece of an answer, `read` of whose members were found by name: as long as
/// there are no more of them, no name is looked at.
inline void report_unread_fields(JsonReader::Element object, std::size_t read, std::span<const std::string_view> known,
                                 EventSink& sink) {
    JsonReader::Object members;
    if (object.get(members) && members.size() > read) report_unknown_fields(object, known, sink);
}

/// The member that says why the answer ended, or empty. A value that is no word is told to the sink, for nobody knows
/// it, and read as none.
std::string_view read_finish_word(JsonReader::Element holder, std::string_view name, EventSink& sink);

/// Whether a value where a reason belongs stands for none so far: null, false, 0, "", {} or []. Servers that write the
/// member into every chunk have to write something.
bool is_no_reason(JsonReader::Element value) noexcept;

}  // namespace breakwater
