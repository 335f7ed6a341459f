#include "azure.hpp"

#include <fmt/format.h>

#include "breakwater/config/azure.hpp"
#include "entra.hpp"

namespace breakwater::config {
namespace {

constexpr std::string_view kVersionOnePath = "/openai/v1";

/// Azure's version 1 has no dated versions, and other addresses have no versions at all.
void check_api_version(MapReader section, const Provider& provider, const std::string& path, LoadContext& context) {
    if (provider.api_version.empty()) return;
    if (provider.quirks.urls != UrlForm::azure) {
        context.problems.add(section.mark("api_version"), fmt::format("`{}.api_version` is for Azure only", path),
                             "remove the key" + or_be_azure(provider));
    } else if (provider.api_version.front() >= '0' && provider.api_version.front() <= '9' &&
               provider.base_url.ends_with(kVersionOnePath)) {
        context.problems.add(section.mark("api_version"),
                             fmt::format("`{}.api_version`: /openai/v1 takes no dated version", path),
                             "leave `api_version` out, or /openai/v1, for the path of such versions");
    }
}

/// Nothing else would come of it than clients who are told that nobody keeps files.
void check_files(MapReader section, const Provider& provider, const std::string& path, LoadContext& context) {
    if (provider.passthrough != Passthrough::files || !provider.dialect.starts_with("openai")) return;
    if (provider.base_url.empty() || has_openai_paths(provider)) return;
    context.problems.add(
        section.mark("passthrough"),
        fmt::format("`{}.passthrough`: Azure's files are passed on below an address that ends in /openai/v1 only",
                    path),
        provider.api_version.empty()
            ? "let `base_url` be the resource's address with /openai/v1 behind it"
            : "let `base_url` be the resource's address with /openai/v1 behind it, and leave `api_version` out");
}

/// The Responses API names the deployment in the body, and is not below it.
void check_responses(MapReader section, const Provider& provider, const std::string& path, LoadContext& context) {
    if (provider.dialect != "openai.responses" || provider.quirks.urls != UrlForm::azure) return;
    if (provider.base_url.find("/openai/deployments/") == std::string::npos) return;
    context.problems.add(section.mark("base_url"),
                         fmt::format("`{}.base_url`: Azure has no Responses API below a deployment", path),
                         "write the resource's address alone; the `model` of a deployment here is its name at Azure");
}

}  // namespace

bool has_openai_paths(const Provider& provider) noexcept {
    return provider.quirks.urls != UrlForm::azure || provider.base_url.ends_with(kVersionOnePath);
}

void check_azure(MapReader section, const Provider& provider, const std::string& path, LoadContext& context) {
    check_api_version(section, provider, path, context);
    check_files(section, provider, path, context);
    check_responses(section, provider, path, context);
}

}  // namespace breakwater::config
