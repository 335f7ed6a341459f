#pragma once

#include <string_view>

namespace breakwater::config {

/// What the table of keys does not say; the start of docs/configuration.md.
inline constexpr std::string_view kReferenceIntro = R"(# Configuration

<!-- Generated from the table of keys in src/config; a test holds both equal. Change the table, then run
     BREAKWATER_REGENERATE=1 with the test binary unit_config. -->

One YAML file configures the gateway. The smallest useful one:

```yaml
version: 1
providers:
  openai: { dialect: openai, api_key: "${OPENAI_API_KEY}" }
deployments:
  gpt: { provider: openai, model: gpt-5-mini }
```

Clients then use the model `gpt`. [config/breakwater.example.yaml](../config/breakwater.example.yaml) has every key with a comment.
Editors complete and check the file when its first line is
`# yaml-language-server: $schema=breakwater.schema.json` with the path of [the schema](../config/breakwater.schema.json).

Without a file, the gateway serves the provider `sim`, and every vendor whose usual variable (see [Dialects](#dialects) and [Presets](#presets)) holds a
credential: each of its models in the catalogue as `vendor/model`, and as `model` when no other of these vendors has one of that name.
`BREAKWATER_LISTEN` and `BREAKWATER_ADMIN` then replace the addresses. There are no client keys then, so an address that others reach is
refused unless `BREAKWATER_KEYS=open` says that it is meant so.

## What is checked

`breakwater check FILE` reports all problems in one run, each with file, line, column, the line itself and what to do about it. A key that is not known
is an error, and so is one that would do nothing. A model that its vendor's part of the catalogue does not know is a warning. Credentials
in what is shown are covered. Limits: 1 MiB, 100 levels, 50,000 values with aliases expanded. The file is UTF-8;
a byte order mark and Windows line ends are accepted, tags and merge keys (`<<`) are not. Anchors and aliases are.

## Values

| value | examples | notes |
|---|---|---|
| duration | `800ms`, `2s`, `1m30s`, `1.5h` | units ms, s, m, h; a number without a unit is refused |
| size | `4096`, `64KB`, `32MB`, `1G` | bytes; k, M and G are powers of 1024 |
| tokens | `8192`, `32k`, `1M` | k and M are powers of 1000 |
| percentage | `20%` | |
| rate | `10/s`, `30/m` | per second, minute or hour |
| address | `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `:8080` | without a host: all IPv4 addresses |
| name | `gpt-5-mini`, `openai/gpt-5` | 1 to 128 letters, digits and `.`, `_`, `/`, `:`, `-` |

## References

Any text may hold references to environment variables. Keys may not.

| written | is |
|---|---|
| `${VAR}` | the variable's value; a problem when it is not set |
| `${VAR:-default}` | the default when the variable is not set or empty |
| `${VAR:?message}` | a problem with this message when the variable is not set or empty |
| `$$` | a dollar; any other `$` stands for itself |

Inside of braces (`{ api_key: "${VAR}" }`) a reference must be in quotes, as YAML takes its brace for a map.

A credential may be `file:PATH` as well: the file's content without the line end. A relative path starts at the folder of the YAML file.
Empty credentials, placeholders such as `changeme` or `sk-1234`, and those shorter than 8 characters are refused.

## Names of models

A client's `model` is the name of a route or of a deployment; a route hides a deployment of the same name. A provider named `sim` of
dialect `sim` also serves each of its models as `sim/<model>` without a deployment.
)";

}  // namespace breakwater::config
