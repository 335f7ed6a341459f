#include "files.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"
#include "breakwater/canonical/owned_id.hpp"
#include "breakwater/exchange/file_operation.hpp"
#include "breakwater/exchange/message_file_operation.hpp"
#include "breakwater/providers/owned_answer.hpp"
#include "file_owner.hpp"

namespace breakwater {
namespace {

/// What lists can be asked with; ids are the provider's own there.
constexpr std::array<std::string_view, 3> kListParameters{"limit", "order", "purpose"};
/// The same of Anthropic's, beside those that are ids.
constexpr std::array<std::string_view, 3> kMessageListParameters{"limit", "page", "scope_id"};

/// Where no client says of one.
constexpr std::string_view kAnthropicVersion = "2023-06-01";

bool is_anthropic(const ApiPath& path) noexcept {
    return file_dialect(path) == ClientDialect::anthropic_messages;
}

bool is_about_batches(Endpoint endpoint) noexcept {
    return endpoint == Endpoint::batches || endpoint == Endpoint::batch || endpoint == Endpoint::batch_cancel ||
           endpoint == Endpoint::message_batches || endpoint == Endpoint::message_batch ||
           endpoint == Endpoint::message_batch_results || endpoint == Endpoint::message_batch_cancel;
}

bool is_content(Endpoint endpoint) noexcept {
    return endpoint == Endpoint::file_content || endpoint == Endpoint::message_batch_results;
}

bool is_new_batch(const ApiPath& path, const HttpRequest& head) noexcept {
    return (path.endpoint == Endpoint::batches || path.endpoint == Endpoint::message_batches) && head.method == "POST";
}

/// Behind the address of the provider, which has the version in it in OpenAI's dialects only.
std::string_view place_of(const ApiPath& path) noexcept {
    if (is_about_batches(path.endpoint)) return is_anthropic(path) ? "/v1/messages/batches" : "/batches";
    return is_anthropic(path) ? "/v1/files" : "/files";
}

std::string_view action_of(Endpoint endpoint) noexcept {
    if (endpoint == Endpoint::file_content) return "/content";
    if (endpoint == Endpoint::message_batch_results) return "/results";
    return endpoint == Endpoint::batch_cancel || endpoint == Endpoint::message_batch_cancel ? "/cancel" : "";
}

void add_parameter(std::string& query, std::string_view name, std::string_view value) {
    query.append(query.empty() ? "?" : "&").append(percent_encode(name)).append("=").append(percent_encode(value));
}

/// The provider's own part of an id, or any other value as it is.
std::string_view own_id(std::string_view value) noexcept {
    const auto owned = read_owned_id(value);
    return owned ? owned->id : value;
}

std::string list_query(const HttpRequest& head) {
    std::string query;
    for (const std::string_view name : kListParameters) {
        if (const auto value = find_query_parameter(head.target, name)) add_parameter(query, name, *value);
    }
    if (const auto after = find_query_parameter(head.target, "after")) add_parameter(query, "after", own_id(*after));
    return query;
}

std::string message_list_query(const HttpRequest& head) {
    std::string query;
    for (const auto& [name, value] : query_parameters(head.target)) {
        if (is_id_parameter(name)) {
            add_parameter(query, name, own_id(value));
        } else if (std::ranges::find(kMessageListParameters, name) != kMessageListParameters.end()) {
            add_parameter(query, name, value);
        }
    }
    return query;
}

std::string target_of(const ApiPath& path, const HttpRequest& head) {
    std::string target(place_of(path));
    if (!is_file_collection(path.endpoint))
        return target.append("/")
            .append(read_owned_id(path.model).value_or(OwnedId{}).id)
            .append(action_of(path.endpoint));
    if (head.method != "GET") return target;
    return target + (is_anthropic(path) ? message_list_query(head) : list_query(head));
}

/// The client's version and betas, which the provider's own join, and the one without which there are no files.
void add_anthropic_headers(RelayRequest& request, Endpoint endpoint, const Headers& headers) {
    request.headers.emplace_back("anthropic-version", headers.find("anthropic-version").value_or(kAnthropicVersion));
    for (const auto& [name, value] : headers.fields()) {
        if (iequals(name, "anthropic-beta")) request.headers.emplace_back("anthropic-beta", value);
    }
    if (!is_about_batches(endpoint)) request.headers.emplace_back("anthropic-beta", kAnthropicFilesBeta);
}

/// FileOperation and MessageFileOperation name them alike.
template <class Kind>
Kind kind_of(const ApiPath& path, const HttpRequest& head) noexcept {
    if (is_content(path.endpoint)) return Kind::content;
    return is_new_batch(path, head) ? Kind::batch : Kind::object;
}

}  // namespace

bool is_about_files(Endpoint endpoint) noexcept {
    return is_about_batches(endpoint) || endpoint == Endpoint::files || endpoint == Endpoint::file ||
           endpoint == Endpoint::file_content;
}

std::unique_ptr<Operation> make_file_operation(const ApiPath& path, const HttpRequest& head) {
    RelayRequest request{.method = head.method == "HEAD" ? "GET" : head.method, .target = target_of(path, head)};
    if (const auto type = head.headers.find("content-type")) request.headers.emplace_back("Content-Type", *type);
    request.headers.emplace_back("User-Agent", "breakwater");
    const auto owned = read_owned_id(path.model);
    std::string owner = owned && !is_file_collection(path.endpoint) ? std::string(owned->provider) : path.model;
    if (!is_anthropic(path)) {
        return std::make_unique<FileOperation>(std::move(request), std::move(owner),
                                               kind_of<FileOperation::Kind>(path, head));
    }
    add_anthropic_headers(request, path.endpoint, head.headers);
    return std::make_unique<MessageFileOperation>(
        std::move(request),
        MessageFileOperation::Owner{.provider = std::move(owner), .named = !head.headers.get(kProviderHeader).empty()},
        kind_of<MessageFileOperation::Kind>(path, head));
}

}  // namespace breakwater
