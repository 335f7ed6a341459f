#include "adapt_steps.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kNoGap =
    "the deployment chats, and a chat fills no gap; one with the capability `completions` may";
constexpr std::string_view kNoEcho =
    "the deployment chats, and a chat does not repeat the prompt; one with the capability `completions` may";
constexpr std::string_view kOnePrompt =
    "prompt: the deployment chats, and a chat takes one text; one with the capability `completions` may take lists, "
    "token ids, and no prompt at all.";
constexpr std::string_view kNoChoice = "the deployment chats, and a chat gives all that it writes";

Result<void> drop_suffix(BentRequest& request, AdaptPolicy& policy) {
    if (request.get().completion.suffix.empty()) return {};
    auto allowed = policy.change_essential("suffix", AdaptAction::dropped, kNoGap);
    if (allowed) request.edit_parameters().completion.suffix.clear();
    return allowed;
}

Result<void> drop_echo(BentRequest& request, AdaptPolicy& policy) {
    if (!request.get().completion.echo.value_or(false)) return {};
    if (auto allowed = policy.change_essential("echo", AdaptAction::dropped, kNoEcho); !allowed) return allowed;
    request.edit_parameters().completion.echo.reset();
    // Together they ask for what is known of the prompt, and no chat says nothing.
    if (request.get().max_tokens != 0) return {};
    auto allowed = policy.change_essential("max_tokens", AdaptAction::dropped, kNoEcho);
    if (allowed) request.edit_parameters().max_tokens.reset();
    return allowed;
}

Result<void> drop_best_of(BentRequest& request, AdaptPolicy& policy) {
    if (request.get().completion.best_of.value_or(1) <= request.get().n.value_or(1)) return {};
    auto allowed = policy.change("best_of", AdaptAction::dropped, kNoChoice);
    if (allowed) request.edit_parameters().completion.best_of.reset();
    return allowed;
}

}  // namespace

Result<void> drop_completion_words(BentRequest& request, config::AdaptMode mode, Adaptations& done) {
    // Without the prompt there would be nothing left to ask.
    if (!request.get().completion.prompts.empty())
        return fail(ErrorKind::unsupported_parameter, std::string(kOnePrompt), "prompt");
    AdaptPolicy policy(mode, done);
    auto dropped = drop_suffix(request, policy);
    if (dropped) dropped = drop_echo(request, policy);
    if (dropped) dropped = drop_best_of(request, policy);
    return dropped;
}

}  // namespace breakwater
