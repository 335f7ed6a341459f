#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "breakwater/canonical/sent_text.hpp"
#include "breakwater/wire/client_body.hpp"
#include "value.hpp"

namespace breakwater::ingress {

/// Takes over the body of a request, for as long as it lives, or a text that stays where the body has it.
std::shared_ptr<SentText> hold_body(std::string& body, ClientDialect dialect);

/// Reads a body that is one object: `member(name, value)` for each of its members, then `settle(root)` for what several
/// of them decide. Both return false after they have set the problem.
template <class Member, class Settle>
Result<void> read_body(std::string_view body, JsonReader& reader, Member member, Settle settle) {
    const Result<JsonReader::Element> parsed = parse_client_body(body, reader);
    if (!parsed) return std::unexpected(parsed.error());
    Problem problem;
    const Value root(*parsed, problem);
    if (!root.each_member(member) || !settle(root)) return std::unexpected(std::move(*problem));
    return {};
}

}  // namespace breakwater::ingress
