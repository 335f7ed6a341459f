#pragma once

#include <string_view>

#include "breakwater/wire/json_reader.hpp"
#include "value.hpp"

namespace breakwater::ingress {

/// A client's body as JSON, valid as JsonReader says. Errors: invalid_request for what is no JSON, and for a name that
/// appears twice in one object.
Result<JsonReader::Element> parse_body(std::string_view body, JsonReader& reader);

/// Reads a body that is one object: `member(name, value)` for each of its members, then `settle(root)` for what several
/// of them decide. Both return false after they have set the problem.
template <class Member, class Settle>
Result<void> read_body(std::string_view body, JsonReader& reader, Member member, Settle settle) {
    const Result<JsonReader::Element> parsed = parse_body(body, reader);
    if (!parsed) return std::unexpected(parsed.error());
    Problem problem;
    const Value root(*parsed, problem);
    if (!root.each_member(member) || !settle(root)) return std::unexpected(std::move(*problem));
    return {};
}

}  // namespace breakwater::ingress
