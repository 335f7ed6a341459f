#pragma once

#include "breakwater/base/error.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater::google_generate {

/// How a session of the Live API ends that never began. The body is the Close frame of a server; the status is that of
/// the error.
HttpResponse close_response(const Error& error);

}  // namespace breakwater::google_generate
