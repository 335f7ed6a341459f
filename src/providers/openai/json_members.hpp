#pragma once

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai {

/// Calls `visit(key, value)` for each member that is not null. What is no object has no members.
template <class Visit>
void for_each_member(JsonReader::Element value, Visit visit) {
    JsonReader::Object members;
    if (!value.get(members)) return;
    for (const auto& member : members) {
        if (!member.value.is_null()) visit(MemberName(member.key), member.value);
    }
}

}  // namespace breakwater::openai
