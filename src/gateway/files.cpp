#include "files.hpp"

#include <algorithm>
#include <array>

#include "auth.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/canonical/owned_id.hpp"
#include "breakwater/exchange/file_operation.hpp"
#include "relay.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kHeader = "x-breakwater-provider";
/// What lists can be asked with; ids are the provider's own there.
constexpr std::array<std::string_view, 3> kListParameters{"limit", "order", "purpose"};

/// OpenAI's paths and shapes. Azure's paths are others.
bool keeps_files(const config::Provider& provider) noexcept {
    return provider.passthrough != config::Passthrough::off && provider.dialect.starts_with("openai") &&
           provider.quirks.urls != config::UrlForm::azure;
}

Result<void> check_owner(const Snapshot& snapshot, const config::ClientKey* key, std::string_view name) {
    const config::Provider* provider = snapshot.config().provider(name);
    if (provider == nullptr || !keeps_files(*provider)) {
        return fail(ErrorKind::not_found,
                    "There is no provider `" + sanitise_provider_text(name, 100) +
                        "` here that keeps files for clients. The operator opens one of dialect openai with "
                        "`passthrough: files`.");
    }
    if (!may_reach(key, name))
        return fail(ErrorKind::forbidden,
                    "This API key may not reach the files of provider " + std::string(name) + ".");
    return {};
}

Result<std::string> only_owner(const Snapshot& snapshot, const config::ClientKey* key) {
    std::vector<std::string> names;
    for (const config::Provider& provider : snapshot.config().providers) {
        if (keeps_files(provider) && may_reach(key, provider.name)) names.push_back(provider.name);
    }
    if (names.size() == 1) return std::move(names.front());
    if (names.empty()) {
        return fail(ErrorKind::not_found,
                    "No provider here keeps files for this client. The operator opens one of dialect openai with "
                    "`passthrough: files`, and a bound key with `providers`.");
    }
    return fail(
        ErrorKind::invalid_request,
        "Several providers keep files: " + join(names, ", ") + ". Name one in the header " + std::string(kHeader) + ".",
        std::string(kHeader));
}

/// An upload, a list, or a new batch: what has no id yet.
bool is_collection(Endpoint endpoint) noexcept {
    return endpoint == Endpoint::files || endpoint == Endpoint::batches;
}

bool is_new_batch(const ApiPath& path, const HttpRequest& head) noexcept {
    return path.endpoint == Endpoint::batches && head.method == "POST";
}

std::string_view place_of(Endpoint endpoint) noexcept {
    const bool batches =
        endpoint == Endpoint::batches || endpoint == Endpoint::batch || endpoint == Endpoint::batch_cancel;
    return batches ? "/batches" : "/files";
}

std::string list_query(const HttpRequest& head) {
    std::string query;
    const auto add = [&query](std::string_view name, std::string_view value) {
        query.append(query.empty() ? "?" : "&").append(name).append("=").append(percent_encode(value));
    };
    for (const std::string_view name : kListParameters) {
        if (const auto value = find_query_parameter(head.target, name)) add(name, *value);
    }
    if (const auto after = find_query_parameter(head.target, "after")) {
        const auto owned = read_owned_id(*after);
        add("after", owned ? owned->id : std::string_view(*after));
    }
    return query;
}

std::string target_of(const ApiPath& path, const HttpRequest& head) {
    std::string target(place_of(path.endpoint));
    if (is_collection(path.endpoint)) return head.method == "GET" ? target + list_query(head) : target;
    target.append("/").append(read_owned_id(path.model).value_or(OwnedId{}).id);
    if (path.endpoint == Endpoint::file_content) target += "/content";
    if (path.endpoint == Endpoint::batch_cancel) target += "/cancel";
    return target;
}

}  // namespace

bool is_about_files(Endpoint endpoint) noexcept {
    return is_collection(endpoint) || endpoint == Endpoint::file || endpoint == Endpoint::file_content ||
           endpoint == Endpoint::batch || endpoint == Endpoint::batch_cancel;
}

Result<void> find_file_owner(const Snapshot& snapshot, const config::ClientKey* key, ApiPath& path,
                             const HttpRequest& head) {
    if (!is_collection(path.endpoint)) {
        const auto owned = read_owned_id(path.model);
        if (owned) return check_owner(snapshot, key, owned->provider);
        return fail(ErrorKind::not_found, "There is no `" + sanitise_provider_text(path.model, 100) +
                                              "` here. Ids of files and batches name their provider: PROVIDER:ID.");
    }
    if (is_new_batch(path, head)) return {};
    if (const auto named = head.headers.find(kHeader)) {
        path.model = *named;
        return check_owner(snapshot, key, *named);
    }
    auto only = only_owner(snapshot, key);
    if (!only) return std::unexpected(std::move(only.error()));
    path.model = std::move(*only);
    return {};
}

Result<Snapshot::Resolved> files_route(const Snapshot& snapshot, const config::ClientKey* key,
                                       std::string_view provider) {
    if (auto owner = check_owner(snapshot, key, provider); !owner) return std::unexpected(std::move(owner.error()));
    return relay_route(snapshot, key, provider);
}

std::unique_ptr<Operation> make_file_operation(const ApiPath& path, const HttpRequest& head) {
    RelayRequest request{.method = head.method == "HEAD" ? "GET" : head.method, .target = target_of(path, head)};
    if (const auto type = head.headers.find("content-type")) request.headers.emplace_back("Content-Type", *type);
    request.headers.emplace_back("User-Agent", "breakwater");
    const auto owned = read_owned_id(path.model);
    std::string owner = owned && !is_collection(path.endpoint) ? std::string(owned->provider) : path.model;
    using Kind = FileOperation::Kind;
    Kind kind = path.endpoint == Endpoint::file_content ? Kind::content : Kind::object;
    if (is_new_batch(path, head)) kind = Kind::batch;
    return std::make_unique<FileOperation>(std::move(request), std::move(owner), kind);
}

}  // namespace breakwater
