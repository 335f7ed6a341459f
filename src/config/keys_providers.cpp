#include "key_spec.hpp"

namespace breakwater::config {
namespace {

std::span<const KeySpec> spread_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "p50", .type = Type::duration, .meaning = "Median.", .from = "0s", .to = "1h", .required = true},
        {.name = "p95",
         .type = Type::duration,
         .meaning = "95th percentile. Without it: no spread.",
         .from = "0s",
         .to = "1h"},
    };
    return kKeys;
}

std::span<const KeySpec> deployment_limit_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "context",
         .type = Type::count,
         .meaning = "Tokens of prompt and answer together. Without it: from the catalogue.",
         .from = "1",
         .to = "1000M"},
        {.name = "max_output",
         .type = Type::count,
         .meaning = "Most tokens of an answer. Without it: from the catalogue.",
         .from = "1",
         .to = "1000M"},
        {.name = "concurrency",
         .type = Type::integer,
         .meaning = "Most attempts at a time, on all workers together. `adaptive`: as many as the deployment serves "
                    "without a queue, found out from its time to the first token. Without it: no limit.",
         .words = "adaptive",
         .from = "1",
         .to = "1000000"},
        {.name = "concurrency_min",
         .type = Type::integer,
         .default_text = "1",
         .meaning = "With `concurrency: adaptive`: the least that the limit falls to.",
         .from = "1",
         .to = "1000000"},
        {.name = "concurrency_max",
         .type = Type::integer,
         .default_text = "1000",
         .meaning = "With `concurrency: adaptive`: the most that it grows to.",
         .from = "1",
         .to = "1000000"},
    };
    return kKeys;
}

std::span<const KeySpec> price_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "input", .type = Type::number, .meaning = "Prompt.", .from = "0", .to = "1000000"},
        {.name = "cached",
         .type = Type::number,
         .meaning = "Prompt that the provider had in its cache. Without it: as `input`.",
         .from = "0",
         .to = "1000000"},
        {.name = "cache_write",
         .type = Type::number,
         .meaning = "Prompt that is put into the cache. Without it: as `input`.",
         .from = "0",
         .to = "1000000"},
        {.name = "cache_write_1h",
         .type = Type::number,
         .meaning = "Prompt that is put into the cache for an hour. Without it: as `cache_write`.",
         .from = "0",
         .to = "1000000"},
        {.name = "output", .type = Type::number, .meaning = "Answer.", .from = "0", .to = "1000000"},
        {.name = "reasoning",
         .type = Type::number,
         .meaning = "Reasoning. Without it: as `output`.",
         .from = "0",
         .to = "1000000"},
    };
    return kKeys;
}

std::span<const KeySpec> pool_key_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "key", .type = Type::secret, .meaning = "As `api_key`.", .required = true},
        {.name = "weight",
         .type = Type::integer,
         .default_text = "1",
         .meaning = "Share of the requests, against those of the other keys.",
         .from = "1",
         .to = "1000"},
    };
    return kKeys;
}

}  // namespace

std::span<const KeySpec> provider_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "dialect",
         .type = Type::dialect,
         .meaning = "The API that the provider speaks; see the table of dialects. Without it: the preset's.",
         .required = true,
         .unless = "preset"},
        {.name = "preset",
         .type = Type::preset,
         .meaning =
             "A vendor or server that speaks another one's dialect: brings dialect, address, `quirks`, `capabilities` "
             "and the facts of its models; see the table of presets. Without it: the preset whose host `base_url` "
             "names."},
        {.name = "base_url",
         .type = Type::url,
         .meaning = "Address instead of the vendor's or the preset's own, written as the vendor's SDK takes it: with "
                    "`/v1` for "
                    "`openai`, without for `anthropic`."},
        {.name = "api_key",
         .type = Type::secret,
         .meaning = "The credential: a reference to a variable, or `file:PATH`, which is read again when the file "
                    "changes. Required unless `base_url` names a server that needs none, or another credential is "
                    "given."},
        {.name = "api_keys",
         .type = Type::secrets,
         .meaning = "Several keys instead of `api_key`, used in turn. One that is limited (429) rests, one that is "
                    "refused (401) is left out, one that is shown to lack a permission (403) comes last, and the "
                    "request is tried again with another.",
         .children = pool_key_keys},
        {.name = "credentials",
         .type = Type::path,
         .meaning = "`vertex`: `file:PATH` of a service account's key or of application default credentials; without "
                    "it, the file that `GOOGLE_APPLICATION_CREDENTIALS` names. `bedrock`: `file:PATH` of the shared "
                    "credentials file."},
        {.name = "token_url",
         .type = Type::url,
         .meaning = "Who gives access tokens for `credentials`, `client_secret` or `role_arn`, where it is not the "
                    "vendor's public service."},
        {.name = "project",
         .type = Type::text,
         .meaning = "`vertex` only: the id of the project. Without it: the service account's."},
        {.name = "location",
         .type = Type::text,
         .default_text = "global",
         .meaning = "`vertex` only: where the models are served, such as `us-central1` or `eu`."},
        {.name = "tenant_id",
         .type = Type::text,
         .meaning = "Azure only: with `client_id` and `client_secret`, the application of Microsoft Entra that "
                    "requests are sent as, instead of an `api_key`."},
        {.name = "client_id", .type = Type::text, .meaning = "Azure only: see `tenant_id`."},
        {.name = "client_secret", .type = Type::secret, .meaning = "Azure only: see `tenant_id`."},
        {.name = "token_scope",
         .type = Type::text,
         .meaning =
             "Azure only: what the token is for, where it is not `https://cognitiveservices.azure.com/.default`."},
        {.name = "region",
         .type = Type::text,
         .meaning = "`bedrock` only: the AWS region (`us-east-1`) that serves the models and that requests are signed "
                    "for. Required unless `base_url` is set and nothing is signed."},
        {.name = "access_key_id",
         .type = Type::secret,
         .meaning = "`bedrock` only: with `secret_access_key`, the AWS keys that requests are signed with, instead of "
                    "an `api_key`. Reference or `file:PATH`, as all credentials."},
        {.name = "secret_access_key", .type = Type::secret, .meaning = "`bedrock` only: see `access_key_id`."},
        {.name = "session_token",
         .type = Type::secret,
         .meaning = "`bedrock` only: the token that belongs to temporary AWS keys."},
        {.name = "profile",
         .type = Type::text,
         .default_text = "default",
         .meaning = "`bedrock` only: the profile in the file of `credentials`."},
        {.name = "role_arn",
         .type = Type::text,
         .meaning = "`bedrock` only: the role to take with the token in `web_identity_token_file`, as in Kubernetes "
                    "(`AWS_ROLE_ARN`)."},
        {.name = "web_identity_token_file",
         .type = Type::path,
         .meaning = "`bedrock` only: see `role_arn`. It is read for each set of keys "
                    "(`AWS_WEB_IDENTITY_TOKEN_FILE`)."},
        {.name = "api_version",
         .type = Type::name,
         .meaning = "Azure only: version of its API. A date such as `2024-10-21` sends requests to the deployment's "
                    "own path, and those of `openai.responses` to `/openai/responses`; without it, or with `preview` "
                    "or `v1`, they go to `/openai/v1`."},
        {.name = "catalog",
         .type = Type::name,
         .meaning = "The vendor in the catalogue whose models the provider serves. Without it: the preset's, or the "
                    "dialect's."},
        {.name = "quirks",
         .type = Type::map,
         .meaning =
             "Where a server departs from OpenAI's chat completions, as far as the gateway has to know before "
             "it asks. For `openai`; `openai.responses` heeds `urls` and `key_header`. What is not stated is the "
             "preset's; the defaults are those of a server without a preset.",
         .children = quirk_keys},
        {.name = "capabilities",
         .type = Type::map,
         .meaning = "What the provider can do, whatever its model: over the dialect's and the preset's, under the "
                    "catalogue's and the deployment's.",
         .children = capability_keys},
        {.name = "headers", .type = Type::headers, .meaning = "Headers added to every request to the provider."},
        {.name = "ca_file",
         .type = Type::path,
         .meaning = "PEM file with the authorities that are trusted instead of the system's."},
        {.name = "insecure_skip_verify",
         .type = Type::boolean,
         .default_text = "false",
         .meaning = "`true` does not check the provider's certificate. For tests only; it is logged at every start."},
        {.name = "passthrough",
         .type = Type::word,
         .default_text = "off",
         .meaning = "What clients may reach of this account past the routes. `files`: its files and batches, all of "
                    "them, through `/v1/files` and `/v1/batches`, or `/v1/messages/batches` for dialect anthropic. "
                    "`all`: those, and whatever is below its address, through `/providers/NAME/`. Which client keys "
                    "may: `keys[].providers`.",
         .words = "off files all"},
        {.name = "first_token",
         .type = Type::spread,
         .default_text = "0s",
         .meaning = "`sim` only: time to the first token.",
         .from = "0s",
         .to = "1h",
         .children = spread_keys},
        {.name = "gap",
         .type = Type::spread,
         .default_text = "0s",
         .meaning = "`sim` only: time between two tokens.",
         .from = "0s",
         .to = "1h",
         .children = spread_keys},
        {.name = "fail",
         .type = Type::share,
         .default_text = "0%",
         .meaning = "`sim` only: share of the requests that fail.",
         .from = "0%",
         .to = "100%"},
        {.name = "fail_with",
         .type = Type::name,
         .default_text = "status-503",
         .meaning = "`sim` only: how they fail: the name of one of the simulator's fault models."},
        {.name = "tokens",
         .type = Type::integer,
         .meaning = "`sim` only: length of the answers. Without it: as the model and the request have it.",
         .from = "0",
         .to = "10000000"},
        {.name = "seed",
         .type = Type::integer,
         .default_text = "1",
         .meaning = "`sim` only: start of the random numbers behind times and failures.",
         .from = "0",
         .to = "4294967295"},
    };
    return kKeys;
}

std::span<const KeySpec> deployment_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "provider", .type = Type::name, .meaning = "Name of a provider from `providers`.", .required = true},
        {.name = "model", .type = Type::text, .meaning = "The model's name at the provider.", .required = true},
        {.name = "like",
         .type = Type::text,
         .meaning = "Catalogue entry (`vendor/model`) whose facts hold for this model, when the catalogue does not "
                    "know it under the provider's vendor."},
        {.name = "api",
         .type = Type::word,
         .meaning =
             "`bedrock` only: the API that the model is asked through. `invoke` is InvokeModel with a body of "
             "Anthropic's Messages API, for chats with Claude; the ids of other vendors' chat models are refused "
             "with it. Without it: `converse`, but for requests that "
             "Converse cannot carry.",
         .words = "converse invoke"},
        {.name = "limits",
         .type = Type::map,
         .meaning = "Limits that replace the catalogue's.",
         .children = deployment_limit_keys},
        {.name = "price",
         .type = Type::map,
         .meaning = "US dollars per million tokens; replaces the catalogue's.",
         .children = price_keys},
        {.name = "capabilities",
         .type = Type::map,
         .meaning = "What the model can do, where the catalogue does not say it or is wrong.",
         .children = capability_keys},
        {.name = "quality",
         .type = Type::numbers,
         .meaning = "Your own scores of the model, by names of your choice, such as `{ reasoning: 80 }`; for `min` and "
                    "`prefer: quality` of routes. Higher is better."},
        {.name = "tags", .type = Type::names, .meaning = "Words of your choice, for `tags` of routes and keys."},
        {.name = "region", .type = Type::name, .meaning = "Where the model runs, for `region` of routes and keys."},
    };
    return kKeys;
}

}  // namespace breakwater::config
