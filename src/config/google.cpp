#include "google.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "breakwater/config/credential_files.hpp"
#include "secrets.hpp"

namespace breakwater::config {
namespace {

constexpr const char* kVariable = "GOOGLE_APPLICATION_CREDENTIALS";
// Longer than any name of a location, which becomes part of a host's name, and of a project.
constexpr std::size_t kLocationBytesMax = 40;
constexpr std::size_t kProjectBytesMax = 100;

bool is_lower_word(std::string_view text, std::string_view more) noexcept {
    return !text.empty() && std::ranges::all_of(text, [more](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || more.find(c) != std::string_view::npos;
    });
}

bool is_location(std::string_view text) noexcept {
    return text.size() <= kLocationBytesMax && is_lower_word(text, "-") && text.front() != '-' && text.back() != '-';
}

void read_account(const Node& node, const std::string& what, GoogleSettings& google, LoadContext& context) {
    const std::string_view file = without_file_prefix(node.text);
    const auto content = read_referenced_file(node, file, what, context);
    if (!content) return;
    auto parsed = parse_google_account(*content);
    if (parsed) {
        google.account = std::move(*parsed);
        google.account_file = resolve_path(file, context.config.path);
    } else {
        context.problems.add(node.mark, fmt::format("`{}`: the file holds no account: {}", what, parsed.error()),
                             "give the key file of a service account, or the one that `gcloud auth application-default "
                             "login` writes");
    }
}

/// The file that the configuration names, or else the environment, as Google's own libraries do.
void find_account(MapReader section, const std::string& path, Mark owner, GoogleSettings& google,
                  LoadContext& context) {
    if (const Node* node = section.find("credentials"))
        return read_account(*node, path + ".credentials", google, context);
    const auto file = context.environment.variable(kVariable);
    const bool needs_none = section.find("base_url") != nullptr;
    if (file && !file->empty() && !needs_none) {
        Node node;
        node.mark = owner;
        node.text = *file;
        return read_account(node, fmt::format("{} ({})", path, kVariable), google, context);
    }
    if (needs_none || !context.complete) return;
    context.problems.add(
        owner, fmt::format("`{}` has no credential", path),
        fmt::format("add credentials: file:PATH, or set {}, or add an api_key (express mode)", kVariable));
}

void check_place(MapReader section, const std::string& path, Mark owner, const GoogleSettings& google,
                 LoadContext& context) {
    if (section.find("project") != nullptr &&
        (google.project.size() > kProjectBytesMax || !is_lower_word(google.project, "-.:"))) {
        context.problems.add(section.mark("project"),
                             fmt::format("`{}.project`: this is not the id of a project", path),
                             "ids have lower case letters, digits and `-`");
    }
    if (section.find("location") != nullptr && !is_location(google.location)) {
        context.problems.add(section.mark("location"),
                             fmt::format("`{}.location`: this is not the name of a location", path),
                             "locations are called like us-central1, eu or global");
    }
    // With a key alone the service finds the project by it.
    if (section.find("api_key") != nullptr || section.find("api_keys") != nullptr || !context.complete) return;
    if (google.project.empty())
        context.problems.add(owner, fmt::format("`project` is missing in `{}`", path), "add the id of the project");
}

}  // namespace

void read_google(MapReader section, const std::string& path, Mark owner, GoogleSettings& google, LoadContext& context) {
    section.text("project", google.project);
    section.text("location", google.location);
    const bool has_key = section.find("api_key") != nullptr || section.find("api_keys") != nullptr;
    if (!has_key) {
        find_account(section, path, owner, google, context);
    } else if (section.find("credentials") != nullptr) {
        context.problems.add(section.mark("credentials"), fmt::format("`{}` has an API key and `credentials`", path),
                             "keep one: requests are sent with one credential");
    }
    if (google.project.empty() && google.account.kind == GoogleAccount::Kind::service_account)
        google.project = google.account.project;
    if (google.location.empty()) google.location = "global";
    check_place(section, path, owner, google, context);
}

}  // namespace breakwater::config
