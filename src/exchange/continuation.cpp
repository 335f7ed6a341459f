#include "continuation.hpp"

#include <algorithm>

#include "answer_estimate.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/routing/adapt.hpp"

namespace breakwater {
namespace {

bool wants_free_text(const ChatRequest& request) noexcept {
    const ResponseFormat::Kind format = request.response_format.kind;
    if (format != ResponseFormat::Kind::unset && format != ResponseFormat::Kind::text) return false;
    const ToolChoice::Mode choice = request.tool_choice.mode;
    if (choice == ToolChoice::Mode::required || choice == ToolChoice::Mode::named) return false;
    // Where the client gave the beginning of the answer itself, providers differ in whether they repeat that.
    const bool begun = !request.messages.empty() && request.messages.back().role == Role::assistant;
    // And what it says again, the answer would have twice. A list of prompts has no one end.
    const bool one_text = !request.completion.echo.value_or(false) && request.completion.prompts.empty();
    return !begun && one_text && request.n.value_or(1) == 1 && request.audio.empty();
}

}  // namespace

bool can_be_continued(const ChatRequest& request, const SentAnswer& sent) {
    if (!wants_free_text(request) || sent.choices() != 1) return false;
    const std::vector<SentAnswer::Piece>& pieces = sent.pieces(0);
    return pieces.size() == 1 && pieces[0].kind == SentAnswer::Kind::text &&
           !without_trailing_space(pieces[0].text).empty();
}

bool goes_on(const Deployment& deployment, const ChatRequest& request) noexcept {
    const Capabilities& can = deployment.capabilities;
    const Support prefill = can.feature(Feature::assistant_prefill);
    return can.feature(Feature::continuation) == Support::native &&
           (prefill == Support::native || prefill == Support::unknown) && !reasons(request, can);
}

ChatRequest request_for_rest(const ChatRequest& request, const SentAnswer& sent) {
    ChatRequest rest = request;
    rest.sent.reset();
    const std::string& text = sent.pieces(0)[0].text;
    rest.messages.push_back(
        {.role = Role::assistant, .parts = {TextPart{std::string(without_trailing_space(text))}}, .plain = true});
    rest.body_bytes += text.size();
    if (rest.max_tokens) rest.max_tokens = std::max<std::int64_t>(*rest.max_tokens - estimated_tokens(text.size()), 1);
    return rest;
}

}  // namespace breakwater
