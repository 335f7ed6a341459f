#include "admin_handler.hpp"

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "request_headers.hpp"

namespace breakwater {

namespace {

HttpResponse make(int status, std::string_view type, std::string body) {
    HttpResponse response;
    response.head.status = status;
    response.head.headers.add("Content-Type", std::string(type));
    response.head.headers.add("Cache-Control", "no-store");
    response.body = std::move(body);
    return response;
}

/// `?format=text` or `?format=json`; without it, text for who accepts text and does not speak of JSON.
PageForm form_of(const HttpRequest& request) {
    if (query_has(request.target, "format=text")) return PageForm::text;
    if (query_has(request.target, "format=json")) return PageForm::json;
    const std::string_view accept = request.headers.get("accept");
    return icontains(accept, "text/plain") && !icontains(accept, "json") ? PageForm::text : PageForm::json;
}

}  // namespace

std::optional<HttpResponse> AdminHandler::admit(const HttpRequest& head) {
    if (head.method == "GET" || head.method == "HEAD") return std::nullopt;
    return refusal(405, "The administration listener answers GET only.", &head);
}

HttpResponse AdminHandler::refusal(int status, std::string_view reason, const HttpRequest* /*head*/) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().field("error", reason).end_object();
    return make(status, "application/json", std::move(body));
}

HttpResponse AdminHandler::answer(const HttpRequest& request, std::string_view path) const {
    if (path == "/livez") return make(200, "application/json", R"({"status":"alive"})");
    if (path == "/metrics") return make(200, "text/plain; version=0.0.4; charset=utf-8", sources_.metrics());
    if (path == "/readyz") {
        auto [ready, body] = sources_.ready();
        return make(ready ? 200 : 503, "application/json", std::move(body));
    }
    constexpr std::string_view kExplain = "/explain/";
    if (path.starts_with(kExplain)) return explain(path.substr(kExplain.size()), form_of(request));
    return make(
        404, "application/json",
        R"({"error":"There is nothing at this path. Known are /livez, /readyz, /metrics, /deployments and /explain/REQUEST-ID."})");
}

HttpResponse AdminHandler::explain(std::string_view id, PageForm form) const {
    const bool text = form == PageForm::text;
    if (const auto recent = sources_.recent(id))
        return make(200, text ? "text/plain; charset=utf-8" : "application/json", explain_page(*recent, form));
    return make(404, "application/json",
                R"({"error":"No recent request has this id. The last 256 of each worker are kept; the log has all."})");
}

Task<void> AdminHandler::handle(ServerRequest& request, ClientStream& client) {
    const std::string_view target = request.http.target;
    const std::string_view path = target.substr(0, target.find('?'));
    HttpResponse response;
    if (path == "/deployments") {
        response = make(200, "application/json", co_await sources_.deployments());
    } else {
        response = answer(request.http, path);
    }
    co_await client.respond(std::move(response.head), response.body);
}

}  // namespace breakwater
