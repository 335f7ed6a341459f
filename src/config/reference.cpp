#include <fmt/format.h>

#include "breakwater/base/strings.hpp"
#include "breakwater/catalog/capability_keys.hpp"
#include "breakwater/config/loader.hpp"
#include "breakwater/config/presets.hpp"
#include "key_spec.hpp"
#include "reference_intro.hpp"
#include "value_types.hpp"

namespace breakwater::config {
namespace {

/// A pipe would end the cell.
std::string cell(std::string_view text) {
    std::string escaped;
    for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
    return escaped;
}

/// `level` 2 for the sections of the file, 3 for maps inside of them.
std::string heading(const KeySpec& key, const std::string& path, std::size_t level) {
    return fmt::format("\n{} `{}`\n\n{}\n", std::string(level, '#'), path, key.meaning);
}

std::string child_path(const KeySpec& key, const std::string& path) {
    std::string below = path.empty() ? std::string(key.name) : fmt::format("{}.{}", path, key.name);
    if (key.type == Type::named_maps) below += ".<name>";
    if (key.type == Type::list_of_maps || key.type == Type::secrets) below += "[]";
    return below;
}

bool has_section(const KeySpec& key) noexcept {
    return key.children != nullptr && key.type != Type::spread && key.type != Type::preference &&
           key.name != "features" && key.name != "parameters";
}

std::string type_cell(const KeySpec& key, const Environment& environment) {
    std::string text = has_section(key) ? "a map, below" : short_expectation(key, environment);
    if (key.type == Type::named_maps) text = "a map of names, below";
    if (key.type == Type::list_of_maps || key.type == Type::secrets || key.type == Type::spread)
        text = expectation(key, environment);
    if (key.required) text += "; required";
    if (!key.unless.empty()) text += fmt::format(" without `{}`", key.unless);
    return text;
}

std::string unavailable(std::span<const KeySpec> keys) {
    std::string names;
    for (const KeySpec& key : keys) {
        if (key.type == Type::later) names += fmt::format("{}`{}`", names.empty() ? "" : ", ", key.name);
        for (const std::string_view word : words_of(key.later_words)) {
            names += fmt::format("{}`{}: {}`", names.empty() ? "" : ", ", key.name, word);
        }
    }
    return names.empty() ? names : fmt::format("\nNot available in this version, and refused: {}.\n", names);
}

/// The table of one map's keys, without those that have a section of their own.
std::string table(std::span<const KeySpec> keys, const Environment& environment) {
    std::string text = "\n| key | value | default | meaning |\n|---|---|---|---|\n";
    for (const KeySpec& key : keys) {
        if (key.type == Type::later) continue;
        const std::string standard = key.default_text.empty() ? std::string{} : fmt::format("`{}`", key.default_text);
        text += fmt::format("| `{}` | {} | {} | {} |\n", key.name, cell(type_cell(key, environment)), standard,
                            cell(key.meaning));
    }
    return text + unavailable(keys);
}

std::string section(const KeySpec& key, const std::string& path, std::size_t level, const Environment& environment) {
    std::string text = heading(key, path, level) + table(key.children(), environment);
    if (key.name == "defaults") return text + "\nThe maps have the keys that they have under `routes.<name>`.\n";
    for (const KeySpec& child : key.children()) {
        if (has_section(child)) text += section(child, child_path(child, path), 3, environment);
    }
    return text;
}

std::string_view credential_cell(const DialectInfo& dialect) noexcept {
    if (!dialect.needs_key) return "none";
    if (dialect.google) return "`credentials`, or `api_key`; unless `base_url` is set";
    return dialect.aws ? "`api_key`, AWS keys, `credentials` or a role; unless `base_url` is set"
                       : "`api_key` or `api_keys`, unless `base_url` is set";
}

std::string variable_cell(const DialectInfo& dialect) {
    std::string text = dialect.key_variable.empty() ? "" : fmt::format("`{}`", dialect.key_variable);
    if (dialect.google) return "`GOOGLE_APPLICATION_CREDENTIALS`, the path of a file";
    if (dialect.aws) {
        text +=
            ", or `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, or `AWS_ROLE_ARN` and "
            "`AWS_WEB_IDENTITY_TOKEN_FILE`; and `AWS_REGION` or `AWS_DEFAULT_REGION`";
    }
    return text;
}

std::string dialect_table(const Environment& environment) {
    std::string text =
        "\n## Dialects\n\n| dialect | catalogue vendor | credential | usual variable |\n|---|---|---|---|\n";
    for (const DialectInfo& dialect : environment.dialects) {
        text += fmt::format("| `{}` | {} | {} | {} |\n", dialect.name, dialect.vendor.empty() ? "none" : dialect.vendor,
                            credential_cell(dialect), variable_cell(dialect));
    }
    return text;
}

std::string preset_table() {
    std::string text =
        "\n## Presets\n\n`preset: NAME` stands for a provider of this name in "
        "[config/presets.yaml](../config/presets.yaml): its dialect, address, quirks and capabilities, and its part of "
        "the catalogue.\n\n| preset | dialect | address | catalogue vendor | usual variable |\n|---|---|---|---|---|\n";
    const auto code = [](std::string_view word, std::string_view otherwise) {
        return word.empty() ? std::string(otherwise) : fmt::format("`{}`", word);
    };
    for (const Preset& preset : all_presets()) {
        text += fmt::format("| `{}` | `{}` | {} | {} | {} |\n", preset.name, preset.dialect,
                            code(preset.base_url, "`base_url` is required"),
                            preset.vendor.empty() ? "none" : preset.vendor, code(preset.key_variable, "needs no key"));
    }
    return text;
}

std::string word_list(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) text += fmt::format("{}`{}`", text.empty() ? "" : ", ", word);
    return text;
}

std::string capability_words() {
    std::string text = "\n## Capability words\n\nFeatures: " + word_list(feature_words()) +
                       ".\n\n`completions: native` has prompts of `POST /v1/completions` go to the provider's own "
                       "`/completions`; else they become chats ([providers.md](providers.md#completions)).\n\n"
                       "Parameters: " +
                       word_list(parameter_words()) +
                       ". `suffix`, `echo` and `best_of` are of completions alone.\n\n| member of a parameter's rule | "
                       "meaning |\n|---|---|\n";
    for (const RuleMember& member : rule_members())
        text += fmt::format("| `{}` | {} |\n", member.name, cell(member.meaning));
    return text;
}

}  // namespace

std::string reference_markdown(const Environment& environment) {
    std::string text(kReferenceIntro);
    text += "\n## The file\n" + table(all_keys(), environment);
    for (const KeySpec& key : all_keys()) {
        if (key.children != nullptr) text += section(key, child_path(key, {}), 2, environment);
    }
    return text + dialect_table(environment) + preset_table() + capability_words();
}

}  // namespace breakwater::config
