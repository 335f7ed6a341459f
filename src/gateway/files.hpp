#pragma once

#include <memory>

#include "api_path.hpp"
#include "breakwater/exchange/operation.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

// /v1/files, /v1/batches and /v1/messages/batches: what a provider keeps, whose ids say which one (file_owner.hpp).

/// Something at one of those paths.
bool is_about_files(Endpoint endpoint) noexcept;

/// The operation of a request whose owner was found, without its body.
std::unique_ptr<Operation> make_file_operation(const ApiPath& path, const HttpRequest& head);

}  // namespace breakwater
