#pragma once

#include <memory>

#include "breakwater/wire/http_message.hpp"
#include "plan.hpp"

namespace breakwater::anthropic {

// A client that speaks this API gets its own words through: a prompt cache and the seals of reasoning depend on each
// byte, and there may be more in them than the gateway knows.

/// Nothing of the client's body but the model has to be another for this deployment, as far as can be told without a
/// plan.
bool takes_whole_body(const ChatRequest& request, const Deployment& deployment);
/// The form of the answer needs nothing that stands elsewhere in the request.
bool has_native_format(const RequestPlan& plan);

/// Gives `http` the client's body (ChatRequest::sent) with the deployment's model: of a long one what stands on one
/// side of the model's name is not copied.
void send_with_model(HttpRequest& http, const std::shared_ptr<const SentText>& sent, std::string_view model);

/// The members of the client's body that may go on where the rest has to be written anew. Empty ones are written anew
/// as well. `messages_api`: not at another vendor's place, which has no use for an attribution.
struct SentMembers {
    std::string_view system{};
    std::string_view messages{};
    std::string_view tools{};
};
SentMembers sent_members(const ChatRequest& request, const Deployment& deployment, const RequestPlan& plan,
                         bool messages_api);

}  // namespace breakwater::anthropic
