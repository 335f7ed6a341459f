#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace breakwater::config {

/// What the value of a key looks like.
enum class Type : std::uint8_t {
    map,           ///< keys from `children`
    named_maps,    ///< any name -> map with keys from `children`
    list_of_maps,  ///< each with keys from `children`
    names,         ///< list of names
    texts,         ///< list of texts; numbers and booleans as they are written
    word_list,     ///< list of `words`, each once
    headers,       ///< HTTP header name -> text
    numbers,       ///< name -> number, none below 0
    preference,    ///< one of `words`, or a map from `children` with numbers
    text,
    secret,
    secrets,  ///< list of secrets, each also as a map with keys from `children`
    boolean,
    integer,
    number,
    duration,
    spread,  ///< a duration, or a map of durations
    size,
    count,
    share,
    rate,
    address,
    url,
    path,
    word,  ///< one of `words`
    name,
    digest,
    dialect,  ///< one of the dialects that the loader was told
    preset,   ///< one of the presets
    later,    ///< known, and not available in this version
};

/// One row of the table of keys, from which the checks, the JSON Schema and the reference are made.
struct KeySpec {
    std::string_view name{};
    Type type = Type::text;
    std::string_view default_text{};  ///< as written in YAML; empty: there is none
    std::string_view meaning{};       ///< sentences in Markdown
    std::string_view
        words{};  ///< blank separated; beside types other than word and word_list: also allowed in place of the value
    std::string_view later_words{};  ///< known words that are not available in this version
    std::string_view from{};         ///< smallest value, as written in YAML
    std::string_view to{};           ///< largest value
    bool required = false;
    std::string_view unless{};  ///< beside `required`: another key that makes this one dispensable
    std::span<const KeySpec> (*children)() = nullptr;
};

/// The root of the table.
std::span<const KeySpec> all_keys();

std::span<const KeySpec> server_keys();
std::span<const KeySpec> response_store_keys();
std::span<const KeySpec> client_key_keys();
std::span<const KeySpec> provider_keys();
std::span<const KeySpec> quirk_keys();
std::span<const KeySpec> deployment_keys();
std::span<const KeySpec> capability_keys();
std::span<const KeySpec> defaults_keys();
std::span<const KeySpec> route_keys();

}  // namespace breakwater::config
