#include "live.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/live_setup.hpp"
#include "breakwater/base/strings.hpp"
#include "operation_decoder.hpp"

namespace breakwater::google {
namespace {

/// An answer of HTTP instead of a session; one that says nothing of a failure is one.
class RefusalDecoder final : public OperationDecoder {
private:
    Result<void> read(JsonReader::Element /*root*/, EventSink& /*sink*/) override {
        return invalid_answer("JSON instead of a WebSocket");
    }
};

/// Of Vertex AI: as in the addresses of its calls, without the API's version and not escaped.
std::string placed_name(std::string_view model, const Endpoint& endpoint) {
    static constexpr std::string_view kVersion = "/v1/";
    const std::string_view path = std::string_view(endpoint.vertex_models).substr(kVersion.size());
    return percent_decode(path).value_or(std::string(path)).append(model);
}

}  // namespace

Result<ProviderCall> encode_live(const RealtimeRequest& request, const EncodeContext& context,
                                 const Endpoint& endpoint) {
    if (request.dialect != SessionDialect::google) return speaks_other_sessions(context, SessionDialect::google);
    const std::string& model = context.deployment.model;
    const bool vertex = !endpoint.vertex_models.empty();
    ProviderCall call;
    call.request.method = "GET";
    call.request.target =
        vertex ? "/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent" : live_target(request);
    call.request.headers.add("user-agent", "breakwater");
    add_access(call.request.headers, context, endpoint);
    call.request.body = live_setup(request, vertex ? placed_name(model, endpoint) : model_name(model));
    call.decoder = std::make_unique<RefusalDecoder>();
    return call;
}

}  // namespace breakwater::google
