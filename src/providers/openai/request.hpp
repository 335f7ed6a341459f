#pragma once

#include <string>

#include "encoding.hpp"

namespace breakwater::openai {

/// Writes the body. Key order is fixed: equal requests are equal bytes, which keeps the provider's prompt cache.
/// Nothing is returned when that is all of it. Long messages that go on as the client sent them come last and are
/// returned: the body ends where their value begins, and its bracket is still to follow.
std::string_view write_body(const Encoding& encoding);

// Parts of it that a completion has as well.

/// From `temperature` to `logit_bias`.
void write_sampling(const Encoding& encoding);
/// `stream` and `stream_options`. Usage is always asked for, because the gateway meters; the client sees it only if it
/// asked as well.
void write_stream(const Encoding& encoding);
/// Members that no field of the request holds.
void write_extensions(const Encoding& encoding);

}  // namespace breakwater::openai
