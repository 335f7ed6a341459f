#include "live_setup.hpp"

#include "breakwater/wire/json_writer.hpp"

namespace breakwater {

std::string live_setup(const RealtimeRequest& request, std::string_view model) {
    const std::string_view sent = request.setup;
    std::string setup;
    setup.reserve(sent.size() + model.size());
    setup.append(sent.substr(0, request.model_at));
    JsonWriter(setup).string(model);
    setup.append(sent.substr(request.model_at + request.model_bytes));
    return setup;
}

std::string_view live_target(const RealtimeRequest& request) noexcept {
    return request.alpha ? "/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContent"
                         : "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
}

std::unexpected<Error> speaks_other_sessions(const EncodeContext& context, SessionDialect spoken) {
    const std::string sessions = "The realtime sessions of provider " + context.deployment.provider;
    if (spoken == SessionDialect::openai) {
        return fail(ErrorKind::unsupported_parameter,
                    sessions + " speak OpenAI's dialect, not Google's Live API. Connect to /v1/realtime.", "model");
    }
    return fail(ErrorKind::unsupported_parameter,
                sessions + " speak Google's Live API, not OpenAI's dialect. Connect with an SDK of Google's.", "model");
}

}  // namespace breakwater
