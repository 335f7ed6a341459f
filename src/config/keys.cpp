#include "constraint_keys.hpp"

namespace breakwater::config {

std::span<const KeySpec> all_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "version",
         .type = Type::integer,
         .meaning = "Version of this format. `1` is the only one.",
         .from = "1",
         .to = "1",
         .required = true},
        {.name = "server",
         .type = Type::map,
         .meaning = "Where the gateway listens, and what one client may take of it.",
         .children = server_keys},
        {.name = "keys",
         .type = Type::list_of_maps,
         .default_text = "none",
         .meaning =
             "Who may use the gateway. `none`: everybody who reaches it, for which `server.listen` must be a loopback "
             "address. "
             "`open`: the same on any address, said explicitly. A list: only clients that send one of these keys.",
         .words = "none open",
         .children = client_key_keys},
        {.name = "providers",
         .type = Type::named_maps,
         .meaning = "Accounts at vendors, or servers of your own, by a name of your choice.",
         .required = true,
         .children = provider_keys},
        {.name = "deployments",
         .type = Type::named_maps,
         .meaning = "Models served by a provider. Clients can ask for each by its name.",
         .children = deployment_keys},
        {.name = "routes",
         .type = Type::named_maps,
         .meaning = "Model names for clients, each with the deployments that may answer.",
         .children = route_keys},
        {.name = "defaults",
         .type = Type::map,
         .meaning = "Policies of every route that does not set its own.",
         .children = defaults_keys},
        {.name = "responses",
         .type = Type::map,
         .meaning = "Answers of the Responses API that are kept, so that a request can go on from one "
                    "(`previous_response_id`). A client key sees its own only.",
         .children = response_store_keys},
    };
    return kKeys;
}

std::span<const KeySpec> client_key_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "name", .type = Type::name, .meaning = "Shown in logs and metrics.", .required = true},
        {.name = "sha256",
         .type = Type::digest,
         .meaning = "SHA-256 of the key as 64 hex digits; the key itself is not in the file. `breakwater keys new` "
                    "makes a key and its digest; for one that you have: `printf %s \"$KEY\" | sha256sum`.",
         .required = true},
        {.name = "routes",
         .type = Type::names,
         .meaning = "Routes and deployments that the key may use. Without it: all."},
        {.name = "providers",
         .type = Type::names,
         .meaning = "Providers whose `passthrough` the key may use. Without it: all, but none for a key that routes or "
                    "constraints bind."},
        {.name = "enabled", .type = Type::boolean, .default_text = "true", .meaning = "`false` refuses the key."},
        kRequire,
        kMax,
        kMin,
        kTags,
        kRegion,
        kOnly,
        kNot,
    };
    return kKeys;
}

}  // namespace breakwater::config
