#include "models_answer.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"

namespace breakwater {

namespace {

ModelPage page_of(std::string_view target) {
    ModelPage page;
    const auto limit = parse_i64(query_parameter(target, "limit")).value_or(ModelPage::kLimitDefault);
    page.limit = static_cast<std::size_t>(std::clamp<std::int64_t>(limit, 1, ModelPage::kLimitMax));
    page.after_id = query_parameter(target, "after_id");
    page.before_id = query_parameter(target, "before_id");
    return page;
}

}  // namespace

bool asks_as_anthropic(const HttpRequest& head) noexcept {
    return head.headers.find("anthropic-version").has_value();
}

std::optional<std::string> models_body(const Snapshot& snapshot, const ApiPath& path, const HttpRequest& head) {
    const bool list = path.endpoint == Endpoint::models;
    if (asks_as_anthropic(head)) {
        if (list) return snapshot.anthropic_models_json(page_of(head.target));
        return snapshot.anthropic_model_json(path.model);
    }
    return list ? snapshot.models_json() : snapshot.model_json(path.model);
}

}  // namespace breakwater
