#include "api_target.hpp"

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kDeployments = "/deployments/";

/// "https://api.example.com/v1" -> "/v1"
std::string_view path_of(std::string_view url) noexcept {
    if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    const std::size_t slash = url.find('/');
    return slash == std::string_view::npos ? std::string_view() : url.substr(slash);
}

bool is_dated(std::string_view version) noexcept {
    return !version.empty() && version.front() >= '0' && version.front() <= '9';
}

}  // namespace

ApiTarget::ApiTarget(const config::Provider& provider, std::string_view path, Dated dated) : before_(path) {
    if (provider.quirks.urls != config::UrlForm::azure) return;
    const std::string query =
        provider.api_version.empty() ? std::string() : "?api-version=" + percent_encode(provider.api_version);
    const std::string_view chosen = path_of(provider.base_url);
    // An address with a longer path is one whose owner has chosen the form: /openai/v1, /models, a deployment's own.
    if (!chosen.empty() && chosen != "/openai") {
        before_ += query;
        return;
    }
    const std::string root = chosen.empty() ? "/openai" : "";
    if (!is_dated(provider.api_version)) {
        before_ = root + "/v1" + std::string(path) + query;
    } else if (dated == Dated::resource) {
        before_ = root + std::string(path) + query;
    } else {
        names_model_ = true;
        before_ = root;
        before_ += kDeployments;
        after_ = std::string(path) + query;
    }
}

std::string ApiTarget::of(std::string_view model) const {
    return names_model_ ? before_ + percent_encode(model) + after_ : before_;
}

std::string ApiTarget::of_session(std::string_view model) const {
    // Azure's dated versions have no deployment in the path of a session, other than in all others.
    std::string target = names_model_ ? before_.substr(0, before_.size() - kDeployments.size()) + after_ : before_;
    if (model.empty()) return target;
    target += target.find('?') == std::string::npos ? "?" : "&";
    target += names_model_ ? "deployment=" : "model=";
    return target + percent_encode(model);
}

bool is_old_azure(const config::Provider& provider) noexcept {
    static constexpr std::string_view kFirstWithOptions = "2024-09-01";
    return provider.quirks.urls == config::UrlForm::azure && is_dated(provider.api_version) &&
           !path_of(provider.base_url).ends_with("/models") && provider.api_version < kFirstWithOptions;
}

}  // namespace breakwater
