#include "realtime.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/live_setup.hpp"
#include "../shared/whole_answer.hpp"

namespace breakwater::openai {
namespace {

/// An answer of HTTP instead of a session; one that says nothing of a failure is one.
class RefusalDecoder final : public WholeAnswerDecoder {
private:
    Result<void> read(JsonReader::Element /*root*/, EventSink& /*sink*/) override {
        return invalid_answer("JSON instead of a WebSocket");
    }
};

}  // namespace

ProviderCall encode_realtime(const RealtimeRequest& request, const ApiTarget& target, std::string_view model) {
    ProviderCall call;
    call.request.method = "GET";
    // A session that only transcribes gets its model from the client's first event; OpenAI refuses one in the query.
    call.request.target = target.of_session(request.transcribes ? std::string_view() : model);
    if (request.transcribes) {
        call.request.target += call.request.target.find('?') == std::string::npos ? "?" : "&";
        call.request.target += "intent=transcription";
    }
    if (request.beta) call.request.headers.add("OpenAI-Beta", "realtime=v1");
    call.decoder = std::make_unique<RefusalDecoder>();
    return call;
}

ProviderCall encode_played_live(const RealtimeRequest& request, std::string_view model) {
    ProviderCall call;
    call.request.method = "GET";
    call.request.target = live_target(request);
    call.request.body = live_setup(request, model);
    call.decoder = std::make_unique<RefusalDecoder>();
    return call;
}

}  // namespace breakwater::openai
