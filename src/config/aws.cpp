#include "aws.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "breakwater/config/credential_files.hpp"

#include "secrets.hpp"

namespace breakwater::config {
namespace {

// Longer than any name of a region; it becomes part of a host's name.
constexpr std::size_t kRegionBytesMax = 40;

bool is_region(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kRegionBytesMax && text.front() != '-' && text.back() != '-' &&
           std::ranges::all_of(text,
                               [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

void read_key(MapReader section, std::string_view key, const std::string& path, Secret& out, LoadContext& context) {
    if (const Node* node = section.find(key)) out = read_secret(*node, fmt::format("{}.{}", path, key), context);
}

void check_region(MapReader section, const std::string& path, Mark owner, const AwsSettings& aws,
                  LoadContext& context) {
    if (section.find("region") != nullptr) {
        if (is_region(aws.region)) return;
        context.problems.add(section.mark("region"), fmt::format("`{}.region`: this is not the name of a region", path),
                             "regions are called like us-east-1");
        return;
    }
    const bool signs = section.find("access_key_id") != nullptr || section.find("credentials") != nullptr ||
                       section.find("role_arn") != nullptr;
    const bool needs_none = section.find("base_url") != nullptr && !signs;
    if (needs_none || !context.complete) return;
    context.problems.add(owner, fmt::format("`region` is missing in `{}`", path),
                         "add region: \"${AWS_REGION}\", or its name, for example us-east-1");
}

/// Half of a pair of keys, or a token without them, signs nothing.
void check_pair(MapReader section, const std::string& path, LoadContext& context) {
    const bool has_id = section.find("access_key_id") != nullptr;
    const bool has_secret = section.find("secret_access_key") != nullptr;
    if (has_id && !has_secret) {
        context.problems.add(section.mark("access_key_id"), fmt::format("`{}` has no `secret_access_key`", path),
                             "add secret_access_key: \"${AWS_SECRET_ACCESS_KEY}\"");
    } else if (has_secret && !has_id) {
        context.problems.add(section.mark("secret_access_key"), fmt::format("`{}` has no `access_key_id`", path),
                             "add access_key_id: \"${AWS_ACCESS_KEY_ID}\"");
    } else if (!has_id && section.find("session_token") != nullptr) {
        context.problems.add(section.mark("session_token"),
                             fmt::format("`{}.session_token` belongs to AWS keys, and there are none", path),
                             "add access_key_id and secret_access_key, or remove it");
    }
}

void read_profile(MapReader section, const std::string& path, AwsSettings& aws, LoadContext& context) {
    aws.profile = "default";
    section.text("profile", aws.profile);
    const Node* node = section.find("credentials");
    if (node == nullptr) {
        if (section.find("profile") == nullptr) return;
        context.problems.add(section.mark("profile"), fmt::format("`{}.profile` names no file", path),
                             "add credentials: file:PATH, the shared credentials file");
        return;
    }
    const std::string_view file = without_file_prefix(node->text);
    const auto content = read_referenced_file(*node, file, path + ".credentials", context);
    if (!content) return;
    aws.credentials_file = resolve_path(file, context.config.path);
    auto keys = parse_aws_credentials(*content, aws.profile);
    if (keys) {
        aws.keys = std::move(*keys);
    } else {
        context.problems.add(node->mark, fmt::format("`{}.credentials`: {}", path, keys.error()),
                             "it is the file that `aws configure` writes");
    }
}

void read_role(MapReader section, const std::string& path, AwsSettings& aws, LoadContext& context) {
    section.text("role_arn", aws.role_arn);
    const Node* file = section.find("web_identity_token_file");
    if (file != nullptr) {
        aws.web_identity_token_file = resolve_path(without_file_prefix(file->text), context.config.path);
        if (aws.role_arn.empty())
            context.problems.add(file->mark, fmt::format("`{}.web_identity_token_file` is for no role", path),
                                 "add role_arn: \"${AWS_ROLE_ARN}\"");
    } else if (!aws.role_arn.empty()) {
        context.problems.add(section.mark("role_arn"),
                             fmt::format("`{}` has a `role_arn`, and nothing to prove that it may take it", path),
                             "add web_identity_token_file: \"${AWS_WEB_IDENTITY_TOKEN_FILE}\"");
    }
}

/// Only one of them can be used, and which one would be a guess.
void check_credential(MapReader section, const std::string& path, Mark owner, const DialectInfo& dialect,
                      LoadContext& context) {
    std::vector<std::string_view> origins;
    for (const std::string_view key : {"api_key", "api_keys", "access_key_id", "credentials", "role_arn"}) {
        if (section.find(key) != nullptr) origins.push_back(key);
    }
    if (origins.size() > 1) {
        context.problems.add(section.mark(origins[1]),
                             fmt::format("`{}` has two credentials: `{}` and `{}`", path, origins[0], origins[1]),
                             "keep one: requests are sent with one credential");
        return;
    }
    const bool half = section.find("secret_access_key") != nullptr;
    const bool needs_none = !dialect.needs_key || section.find("base_url") != nullptr;
    if (!origins.empty() || half || needs_none || !context.complete) return;
    context.problems.add(
        owner, fmt::format("`{}` has no credential", path),
        fmt::format("add api_key: \"${{{}}}\", or access_key_id: \"${{AWS_ACCESS_KEY_ID}}\" and secret_access_key: "
                    "\"${{AWS_SECRET_ACCESS_KEY}}\", or credentials: file:PATH",
                    dialect.key_variable));
}

Secret secret_from(const std::string& variable, const Environment& environment) {
    const auto value = environment.variable(variable);
    return !value || secret_fault(*value) ? Secret() : Secret(*value);
}

}  // namespace

void read_aws(MapReader section, const std::string& path, Mark owner, const DialectInfo& dialect, AwsSettings& aws,
              LoadContext& context) {
    section.text("region", aws.region);
    read_key(section, "access_key_id", path, aws.keys.access_key_id, context);
    read_key(section, "secret_access_key", path, aws.keys.secret_access_key, context);
    read_key(section, "session_token", path, aws.keys.session_token, context);
    read_profile(section, path, aws, context);
    read_role(section, path, aws, context);
    check_region(section, path, owner, aws, context);
    check_pair(section, path, context);
    check_credential(section, path, owner, dialect, context);
}

AwsSettings aws_from_environment(const Environment& environment) {
    AwsSettings aws;
    for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
        const auto region = environment.variable(variable);
        if (aws.region.empty() && region && is_region(*region)) aws.region = *region;
    }
    Secret id = secret_from("AWS_ACCESS_KEY_ID", environment);
    Secret secret = secret_from("AWS_SECRET_ACCESS_KEY", environment);
    if (id.empty() || secret.empty()) {
        aws.role_arn = environment.variable("AWS_ROLE_ARN").value_or("");
        aws.web_identity_token_file = environment.variable("AWS_WEB_IDENTITY_TOKEN_FILE").value_or("");
        if (aws.web_identity_token_file.empty()) aws.role_arn.clear();
        return aws;
    }
    aws.keys.access_key_id = std::move(id);
    aws.keys.secret_access_key = std::move(secret);
    aws.keys.session_token = secret_from("AWS_SESSION_TOKEN", environment);
    return aws;
}

}  // namespace breakwater::config
