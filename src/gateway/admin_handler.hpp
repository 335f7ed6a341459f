#pragma once

#include <functional>
#include <optional>
#include <string>

#include "breakwater/net/server.hpp"
#include "explain_page.hpp"

namespace breakwater {

/// The administration listener: /livez, /readyz, /metrics, /deployments and /explain/REQUEST-ID. Read only; takes no
/// commands.
class AdminHandler final : public RequestHandler {
public:
    struct Sources {
        std::function<std::string()> metrics;                 ///< Prometheus text
        std::function<std::pair<bool, std::string>()> ready;  ///< readiness, and a JSON body that says why
        std::function<std::optional<RecentRequests::Request>(std::string_view id)> recent;  ///< or nothing
        std::function<Task<std::string>()> deployments;                                     ///< JSON: how each behaves
    };
    explicit AdminHandler(Sources sources) : sources_(std::move(sources)) {}

    std::optional<HttpResponse> admit(const HttpRequest& head) override;
    Task<void> handle(ServerRequest& request, ClientStream& client) override;
    [[nodiscard]] HttpResponse refusal(int status, std::string_view reason, const HttpRequest* head) override;

private:
    [[nodiscard]] HttpResponse answer(const HttpRequest& request, std::string_view path) const;
    [[nodiscard]] HttpResponse explain(std::string_view id, PageForm form) const;
    Sources sources_;
};

}  // namespace breakwater
