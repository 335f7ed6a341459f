#include "aws.hpp"

#include <fmt/format.h>

#include <algorithm>

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
    const bool needs_none = section.find("base_url") != nullptr && section.find("access_key_id") == nullptr;
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

void check_credential(MapReader section, const std::string& path, Mark owner, const DialectInfo& dialect,
                      LoadContext& context) {
    const bool has_keys = section.find("access_key_id") != nullptr || section.find("secret_access_key") != nullptr;
    if (section.find("api_key") != nullptr) {
        if (!has_keys) return;
        context.problems.add(section.mark("api_key"), fmt::format("`{}` has an `api_key` and AWS keys", path),
                             "keep one: only one of them can be sent");
        return;
    }
    const bool needs_none = !dialect.needs_key || section.find("base_url") != nullptr;
    if (has_keys || needs_none || !context.complete) return;
    context.problems.add(
        owner, fmt::format("`{}` has no credential", path),
        fmt::format("add api_key: \"${{{}}}\", or access_key_id: \"${{AWS_ACCESS_KEY_ID}}\" and secret_access_key: "
                    "\"${{AWS_SECRET_ACCESS_KEY}}\"",
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
    read_key(section, "access_key_id", path, aws.access_key_id, context);
    read_key(section, "secret_access_key", path, aws.secret_access_key, context);
    read_key(section, "session_token", path, aws.session_token, context);
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
    if (id.empty() || secret.empty()) return aws;
    aws.access_key_id = std::move(id);
    aws.secret_access_key = std::move(secret);
    aws.session_token = secret_from("AWS_SESSION_TOKEN", environment);
    return aws;
}

}  // namespace breakwater::config
