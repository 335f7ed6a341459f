#include "file_owner.hpp"

#include <algorithm>
#include <array>

#include "auth.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/canonical/owned_id.hpp"
#include "breakwater/config/azure.hpp"
#include "relay.hpp"

namespace breakwater {
namespace {

/// What is said of an API: whose it is, the dialect of providers that have it, how a client asks in it, and how the
/// operator opens it.
struct Api {
    std::string_view vendor;
    std::string_view dialect;
    std::string_view way;
    std::string_view opened;
};
constexpr Api kOpenAi{"OpenAI", "openai",
                      "with OpenAI's SDK, that is without the header anthropic-version, at /v1/files and /v1/batches",
                      "with `passthrough: files`, at Azure with a base_url that ends in /openai/v1"};
constexpr Api kAnthropic{
    "Anthropic", "anthropic",
    "with Anthropic's SDK, that is with the header anthropic-version, at /v1/files and /v1/messages/batches",
    "with `passthrough: files`"};

constexpr std::array<std::string_view, 4> kIdParameters{"after_id", "before_id", "ids", "ids[]"};

const Api& api_of(ClientDialect dialect) noexcept {
    return dialect == ClientDialect::anthropic_messages ? kAnthropic : kOpenAi;
}

ClientDialect other_than(ClientDialect dialect) noexcept {
    return dialect == ClientDialect::anthropic_messages ? ClientDialect::openai_chat
                                                        : ClientDialect::anthropic_messages;
}

/// That API's own paths and shapes. Azure has OpenAI's at some of its addresses.
bool keeps_files(const config::Provider& provider, ClientDialect dialect) noexcept {
    if (provider.passthrough == config::Passthrough::off) return false;
    if (dialect == ClientDialect::anthropic_messages) return provider.dialect == kAnthropic.dialect;
    return provider.dialect.starts_with(kOpenAi.dialect) && config::has_openai_paths(provider);
}

std::string shown(std::string_view name) {
    return sanitise_provider_text(name, 100);
}

Result<void> check_owner(const Snapshot& snapshot, const config::ClientKey* key, std::string_view name,
                         ClientDialect dialect) {
    const config::Provider* provider = snapshot.config().provider(name);
    const ClientDialect other = other_than(dialect);
    const bool kept = provider != nullptr && keeps_files(*provider, dialect);
    const bool kept_elsewhere = provider != nullptr && keeps_files(*provider, other);
    if (!kept && !kept_elsewhere) {
        return fail(ErrorKind::not_found,
                    "There is no provider `" + shown(name) +
                        "` here that keeps files for clients. The operator opens one of dialect " +
                        std::string(api_of(dialect).dialect) + " " + std::string(api_of(dialect).opened) + ".");
    }
    if (!may_reach(key, name))
        return fail(ErrorKind::forbidden,
                    "This API key may not reach the files of provider " + std::string(name) + ".");
    if (kept) return {};
    const Api& api = api_of(other);
    return fail(ErrorKind::not_found, "Provider " + std::string(name) + " keeps files and batches in " +
                                          std::string(api.vendor) + "'s API. Ask for them " + std::string(api.way) +
                                          ".");
}

std::vector<std::string> owners(const Snapshot& snapshot, const config::ClientKey* key, ClientDialect dialect) {
    std::vector<std::string> names;
    for (const config::Provider& provider : snapshot.config().providers) {
        if (keeps_files(provider, dialect) && may_reach(key, provider.name)) names.push_back(provider.name);
    }
    return names;
}

Error no_owner(const Snapshot& snapshot, const config::ClientKey* key, ClientDialect dialect) {
    std::string message = "No provider here keeps files for this client. The operator opens one of dialect " +
                          std::string(api_of(dialect).dialect) + " " + std::string(api_of(dialect).opened) +
                          ", and opens it to a bound key with `providers`.";
    const std::vector<std::string> others = owners(snapshot, key, other_than(dialect));
    if (!others.empty()) {
        const Api& api = api_of(other_than(dialect));
        message += " Those of " + join(others, ", ") + " are in " + std::string(api.vendor) + "'s API: ask for them " +
                   std::string(api.way) + ".";
    }
    return {ErrorKind::not_found, std::move(message)};
}

Error several_owners(const std::vector<std::string>& names) {
    return {ErrorKind::invalid_request,
            "Several providers keep files: " + join(names, ", ") + ". Name one in the header " +
                std::string(kProviderHeader) + ".",
            std::string(kProviderHeader)};
}

bool is_new_batch(const ApiPath& path, const HttpRequest& head, Endpoint endpoint) noexcept {
    return path.endpoint == endpoint && head.method == "POST";
}

/// The provider that ids in the query of one of Anthropic's lists name, in the place of `named`, or `named`.
Result<std::string> list_owner(const HttpRequest& head, std::string named) {
    for (const auto& [name, value] : query_parameters(head.target)) {
        const auto owned = is_id_parameter(name) ? read_owned_id(value) : std::nullopt;
        if (!owned) continue;
        if (named.empty()) named = owned->provider;
        if (named == owned->provider) continue;
        return fail(ErrorKind::invalid_request,
                    name + " is of provider " + shown(owned->provider) + ", and the list is asked of " + shown(named) +
                        ". Ask each provider for a list of its own.",
                    name);
    }
    return named;
}

Result<void> find_by_id(const Snapshot& snapshot, const config::ClientKey* key, const ApiPath& path) {
    const auto owned = read_owned_id(path.model);
    if (owned) return check_owner(snapshot, key, owned->provider, file_dialect(path));
    return fail(ErrorKind::not_found, "There is no `" + shown(path.model) +
                                          "` here. Ids of files and batches name their provider: PROVIDER:ID.");
}

}  // namespace

ClientDialect file_dialect(const ApiPath& path) noexcept {
    return path.ingress->name() == "anthropic.messages" ? ClientDialect::anthropic_messages
                                                        : ClientDialect::openai_chat;
}

bool is_file_collection(Endpoint endpoint) noexcept {
    return endpoint == Endpoint::files || endpoint == Endpoint::batches || endpoint == Endpoint::message_batches;
}

bool is_id_parameter(std::string_view name) noexcept {
    return std::ranges::find(kIdParameters, name) != kIdParameters.end();
}

Result<void> find_file_owner(const Snapshot& snapshot, const config::ClientKey* key, ApiPath& path,
                             const HttpRequest& head) {
    if (!is_file_collection(path.endpoint)) return find_by_id(snapshot, key, path);
    if (is_new_batch(path, head, Endpoint::batches)) return {};
    const ClientDialect dialect = file_dialect(path);
    std::string named(head.headers.get(kProviderHeader));
    if (dialect == ClientDialect::anthropic_messages && head.method != "POST") {
        auto owner = list_owner(head, std::move(named));
        if (!owner) return std::unexpected(std::move(owner.error()));
        named = std::move(*owner);
    }
    if (!named.empty()) {
        path.model = std::move(named);
        return check_owner(snapshot, key, path.model, dialect);
    }
    std::vector<std::string> names = owners(snapshot, key, dialect);
    if (names.empty()) return std::unexpected(no_owner(snapshot, key, dialect));
    if (names.size() == 1) path.model = std::move(names.front());
    if (names.size() == 1 || is_new_batch(path, head, Endpoint::message_batches)) return {};
    return std::unexpected(several_owners(names));
}

Result<Snapshot::Resolved> files_route(const Snapshot& snapshot, const config::ClientKey* key,
                                       std::string_view provider, ClientDialect dialect) {
    if (provider.empty()) return std::unexpected(several_owners(owners(snapshot, key, dialect)));
    if (auto owner = check_owner(snapshot, key, provider, dialect); !owner)
        return std::unexpected(std::move(owner.error()));
    return relay_route(snapshot, key, provider);
}

Result<void> check_named_files(const Snapshot& snapshot, const config::ClientKey* key, std::string_view provider) {
    const config::Provider* settings = snapshot.config().provider(provider);
    if (settings == nullptr || !keeps_files(*settings, ClientDialect::anthropic_messages)) {
        return fail(ErrorKind::invalid_request,
                    "The request names a file of `" + shown(provider) +
                        "`, which is no provider here that keeps files in Anthropic's API. Upload it with POST "
                        "/v1/files of this gateway and the header anthropic-version, and name it by the id that this "
                        "answers.",
                    "messages");
    }
    if (may_reach(key, provider)) return {};
    return fail(ErrorKind::forbidden, "This API key may not reach the files of provider " + std::string(provider) + ".",
                "messages");
}

}  // namespace breakwater
