#pragma once

#include <vector>

#include "../shared/value.hpp"

namespace breakwater::google_generate {

using ingress::Value;

/// `contents`: the turns of the conversation (https://ai.google.dev/api/caching#Content). Calls without an id get one,
/// and results without one belong to the oldest open call of their name. Sets `ids` when the client wrote one. What the
/// vendor's own tools did stays as it is, for the vendor, and members of parts that only it knows are noted.
bool read_contents(const Value& contents, ChatRequest& out, bool& ids);

/// `systemInstruction`: a content, or as some clients write it a part, a list of parts, or a text. Members of parts
/// that only the vendor knows are noted in `request`, which may be null where nothing else but the text counts.
bool read_system(const Value& system, Message& out, ChatRequest* request);

}  // namespace breakwater::google_generate
