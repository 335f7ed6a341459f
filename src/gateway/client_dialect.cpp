#include "client_dialect.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"

namespace breakwater {

namespace {

constexpr std::string_view kAnthropic = "anthropic.messages";
constexpr std::string_view kGoogle = "google.generate";

ModelPage page_of(std::string_view target) {
    ModelPage page;
    const auto limit = parse_i64(query_parameter(target, "limit")).value_or(ModelPage::kLimitDefault);
    page.limit = static_cast<std::size_t>(std::clamp<std::int64_t>(limit, 1, ModelPage::kLimitMax));
    page.after_id = query_parameter(target, "after_id");
    page.before_id = query_parameter(target, "before_id");
    return page;
}

bool has_header(const HttpRequest& head, std::string_view name) noexcept {
    return head.headers.find(name).has_value();
}

}  // namespace

const Ingress& dialect_for(const HttpRequest& head) {
    const auto path = match_api_path(head.target);
    if (path && is_shared(path->endpoint) && has_header(head, "anthropic-version")) return *find_ingress(kAnthropic);
    if (path && is_about_models(path->endpoint) && has_header(head, "x-goog-api-key")) return *find_ingress(kGoogle);
    return dialect_of(head.target);
}

std::string key_in_query(const ApiPath& path, std::string_view target) {
    if (target.find('?') == std::string_view::npos || path.ingress->name() != kGoogle) return {};
    return query_parameter(target, "key");
}

std::string_view logged_path(std::string_view target) noexcept {
    return target.substr(0, target.find('?'));
}

void name_request(Headers& headers, const Ingress& dialect, std::string_view request_id) {
    if (const std::string_view name = dialect.request_id_header(); !name.empty())
        headers.add(std::string(name), std::string(request_id));
}

std::optional<std::string> models_body(const Snapshot& snapshot, const ApiPath& path, const HttpRequest& head) {
    const bool list = path.endpoint == Endpoint::models;
    const std::string_view dialect = path.ingress->name();
    if (dialect == kAnthropic) {
        if (list) return snapshot.anthropic_models_json(page_of(head.target));
        return snapshot.anthropic_model_json(path.model);
    }
    if (dialect == kGoogle) return list ? snapshot.google_models_json() : snapshot.google_model_json(path.model);
    return list ? snapshot.models_json() : snapshot.model_json(path.model);
}

}  // namespace breakwater
