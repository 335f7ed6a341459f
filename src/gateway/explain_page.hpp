#pragma once

#include <string>

#include "recent_requests.hpp"

namespace breakwater {

enum class PageForm : std::uint8_t { json, text };

/// The page of a request that has ended: why it went where it did, what was tried, and where its time went. Made from
/// the log line when somebody asks for it, so that requests pay nothing for it.
std::string explain_page(const RecentRequests::Request& request, PageForm form);

}  // namespace breakwater
