#include <nlohmann/json.hpp>

#include "addresses.hpp"
#include "breakwater/config/credential_files.hpp"
#include "secrets.hpp"

namespace breakwater::config {
namespace {

using Json = nlohmann::json;
using Kind = GoogleAccount::Kind;

constexpr std::size_t kFileBytesMax = 64u << 10;
constexpr int kDepthMax = 4;

std::string text(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::unexpected<std::string> missing(const char* member) {
    return std::unexpected(std::string("it has no `") + member + "`");
}

std::expected<GoogleAccount, std::string> service_account(const Json& file) {
    GoogleAccount account{.kind = Kind::service_account};
    account.client = text(file, "client_email");
    account.key_id = text(file, "private_key_id");
    account.project = text(file, "project_id");
    account.private_key = Secret(text(file, "private_key"));
    if (account.client.empty()) return missing("client_email");
    if (account.private_key.empty()) return missing("private_key");
    if (account.private_key.reveal().find("PRIVATE KEY-----") == std::string_view::npos)
        return std::unexpected("its `private_key` is not in PEM form");
    return account;
}

std::expected<GoogleAccount, std::string> authorized_user(const Json& file) {
    GoogleAccount account{.kind = Kind::authorized_user};
    account.client = text(file, "client_id");
    account.client_secret = Secret(text(file, "client_secret"));
    account.refresh_token = Secret(text(file, "refresh_token"));
    account.project = text(file, "quota_project_id");
    if (account.client.empty()) return missing("client_id");
    if (account.client_secret.empty()) return missing("client_secret");
    if (account.refresh_token.empty()) return missing("refresh_token");
    return account;
}

}  // namespace

std::expected<GoogleAccount, std::string> parse_google_account(std::string_view content) {
    if (content.size() > kFileBytesMax) return std::unexpected("it is larger than 64 KB");
    bool too_deep = false;
    const auto bounded = [&too_deep](int depth, Json::parse_event_t, Json&) {
        too_deep = too_deep || depth > kDepthMax;
        return !too_deep;
    };
    const Json file = Json::parse(content, bounded, /*allow_exceptions=*/false);
    if (too_deep || !file.is_object()) return std::unexpected("it is not a JSON object");
    const std::string type = text(file, "type");
    if (type != "service_account" && type != "authorized_user") {
        return std::unexpected(
            "its `type` is neither `service_account` nor `authorized_user`, the kinds that are supported");
    }
    auto account = type == "service_account" ? service_account(file) : authorized_user(file);
    if (!account) return account;
    account->token_url = text(file, "token_uri");
    if (!account->token_url.empty() && !parse_base_url(account->token_url))
        return std::unexpected("its `token_uri` is not an http or https URL");
    return account;
}

std::expected<Secret, std::string> parse_key_file(std::string_view content) {
    while (content.ends_with('\n') || content.ends_with('\r')) content.remove_suffix(1);
    if (const auto fault = secret_fault(content)) return std::unexpected(fault->message);
    return Secret(std::string(content));
}

}  // namespace breakwater::config
