#include "entra.hpp"

#include <fmt/format.h>

#include <array>

namespace breakwater::config {
namespace {

constexpr std::array<std::string_view, 3> kKeys{"tenant_id", "client_id", "client_secret"};

/// The first of the keys that is there, or null.
const Node* first_of(MapReader section) {
    for (const std::string_view key : kKeys) {
        if (const Node* node = section.find(key)) return node;
    }
    return section.find("token_scope");
}

}  // namespace

std::string or_be_azure(const Provider& provider) {
    if (!provider.dialect.starts_with("openai")) return "; Azure is asked in the dialects openai and openai.responses";
    return provider.preset == "azure" ? ", or leave `urls` out of the quirks" : ", or add preset: azure";
}

bool read_entra(MapReader section, const std::string& path, Provider& provider, LoadContext& context) {
    const Node* first = first_of(section);
    if (first == nullptr) return false;
    section.text("tenant_id", provider.entra.tenant_id);
    section.text("client_id", provider.entra.client_id);
    section.text("token_scope", provider.entra.scope);
    if (const Node* node = section.find("client_secret")) {
        provider.entra.client_secret = read_secret(*node, path + ".client_secret", context);
        provider.entra.secret_file = referenced_path(*node, context);
    }
    if (provider.quirks.urls != UrlForm::azure) {
        context.problems.add(first->mark,
                             fmt::format("`{}`: an application of Microsoft Entra is for Azure only", path),
                             "remove its keys" + or_be_azure(provider));
        return true;
    }
    for (const std::string_view key : kKeys) {
        if (section.find(key) != nullptr || !context.complete) continue;
        context.problems.add(first->mark, fmt::format("`{}` has no `{}`", path, key),
                             "an application of Microsoft Entra has tenant_id, client_id and client_secret");
    }
    for (const std::string_view key : {"api_key", "api_keys"}) {
        if (section.find(key) == nullptr) continue;
        context.problems.add(section.mark(key), fmt::format("`{}` has an `{}` and a `client_secret`", path, key),
                             "keep one: requests are sent with one credential");
    }
    return true;
}

}  // namespace breakwater::config
