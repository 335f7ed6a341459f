#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"
#include "redaction.hpp"
#include "sections.hpp"

namespace breakwater::config {
namespace {

// These are the transport's: a second one would change where a request ends, or to whom it goes.
constexpr std::array<std::string_view, 13> kReservedHeaders{
    "host",    "content-length", "content-type", "transfer-encoding", "connection",       "keep-alive", "te",
    "trailer", "upgrade",        "expect",       "accept-encoding",   "proxy-connection", "accept"};

bool is_header_name(std::string_view name) noexcept {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

}  // namespace

std::vector<std::pair<std::string, std::string>> read_headers(MapReader section, const std::string& path,
                                                              LoadContext& context) {
    std::vector<std::pair<std::string, std::string>> read;
    const Node* headers = section.find("headers");
    if (headers == nullptr) return read;
    for (const MapEntry& entry : headers->entries) {
        const std::string what = fmt::format("{}.headers.{}", path, shown_key(entry.key));
        const bool reserved =
            std::ranges::any_of(kReservedHeaders, [&](std::string_view name) { return iequals(name, entry.key); });
        if (!is_header_name(entry.key)) {
            context.problems.add(entry.key_mark, fmt::format("`{}`: this is not a header name", what),
                                 "a header name has letters, digits and `-`");
        } else if (reserved) {
            context.problems.add(entry.key_mark, fmt::format("`{}`: the gateway sets this header itself", what),
                                 "remove it");
        } else if (entry.value->broken || entry.value->kind != Node::Kind::scalar) {
            continue;
        } else if (!std::ranges::all_of(entry.value->text,
                                        [](char c) { return (c >= ' ' && c != 0x7F) || c == '\t'; })) {
            context.problems.add(entry.value->mark,
                                 fmt::format("`{}`: the value has a character that a header cannot carry", what),
                                 "a header value is one line of ASCII text");
        } else {
            read.emplace_back(entry.key, trim(entry.value->text));
        }
    }
    return read;
}

}  // namespace breakwater::config
