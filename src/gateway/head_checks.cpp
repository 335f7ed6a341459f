#include "head_checks.hpp"

#include <algorithm>

#include "breakwater/ingress/transcriptions.hpp"
#include "breakwater/wire/multipart.hpp"
#include "cors.hpp"
#include "file_owner.hpp"
#include "files.hpp"
#include "relay.hpp"
#include "request_headers.hpp"
#include "session_request.hpp"

namespace breakwater {

namespace {

bool has_json_body(Endpoint endpoint) noexcept {
    return endpoint == Endpoint::chat || endpoint == Endpoint::count_tokens || endpoint == Endpoint::embeddings ||
           endpoint == Endpoint::rerank || endpoint == Endpoint::moderations || endpoint == Endpoint::images ||
           endpoint == Endpoint::speech || endpoint == Endpoint::route_plan;
}

Result<void> check_form_body(const Headers& headers) {
    auto boundary = form_boundary(headers.get("content-type"));
    if (!boundary) return std::unexpected(std::move(boundary.error()));
    return check_plain_body(headers);
}

/// What a page of any origin can send without a preflight, whose refusal would stop it: forms, and what says of no
/// type.
bool is_sent_by_any_page(Endpoint endpoint, const HttpRequest& head) noexcept {
    if (has_json_body(endpoint)) return head.headers.get("content-type").empty();
    return has_form_body(endpoint) || endpoint == Endpoint::passthrough || is_about_files(endpoint);
}

/// Finds the provider that keeps what is asked for, and looks at what the head says of the body.
Result<void> check_files(const Snapshot& snapshot, const config::ClientKey* key, ApiPath& path,
                         const HttpRequest& head) {
    if (auto found = find_file_owner(snapshot, key, path, head); !found) return found;
    if (head.method != "POST" || !is_file_collection(path.endpoint)) return {};
    return path.endpoint == Endpoint::files ? check_form_body(head.headers) : check_json_body(head.headers);
}

}  // namespace

bool is_recording(Endpoint endpoint) noexcept {
    return endpoint == Endpoint::transcriptions || endpoint == Endpoint::translations;
}

bool has_form_body(Endpoint endpoint) noexcept {
    return is_recording(endpoint) || endpoint == Endpoint::image_edits;
}

bool takes_recording_start(const Snapshot& snapshot, const HttpRequest& start) {
    const auto boundary = form_boundary(start.headers.get("content-type"));
    const auto model = boundary ? model_of_transcription_start(start.body, *boundary) : std::nullopt;
    if (!model) return false;
    const auto route = snapshot.resolve(*model);
    if (!route) return *model != "auto" && !model->contains(',');
    return std::ranges::all_of(route->candidates, [&snapshot](const Deployment* each) {
        return snapshot.provider_of(*each)->provider->passes_forms_on(*each);
    });
}

Result<void> check_no_body(const Headers& headers) {
    const std::string_view length = headers.get("content-length");
    if (length.find_first_not_of('0') == std::string_view::npos && !headers.find("transfer-encoding")) return {};
    return fail(ErrorKind::invalid_request, "This request takes no body, and came with one. Send it without.");
}

Result<void> check_asked(const Snapshot& snapshot, const config::ClientKey* key, ApiPath& path,
                         const HttpRequest& head) {
    const config::Cors& cors = snapshot.config().server.cors;
    if (path.endpoint == Endpoint::realtime || path.endpoint == Endpoint::live)
        return check_session_head(head, path, cors);
    if (key == nullptr && is_sent_by_any_page(path.endpoint, head)) {
        if (auto good = check_origin(head.headers, cors); !good) return good;
    }
    if (has_json_body(path.endpoint)) return check_json_body(head.headers);
    if (has_form_body(path.endpoint)) return check_form_body(head.headers);
    if (is_about_files(path.endpoint)) return check_files(snapshot, key, path, head);
    if (path.endpoint == Endpoint::passthrough) return check_passthrough(snapshot, key, path.model, head.target);
    return {};
}

}  // namespace breakwater
