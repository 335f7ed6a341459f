#pragma once

#include <string>

#include "plan.hpp"

namespace breakwater::anthropic {

// A client that speaks this API gets its own words through: a prompt cache and the seals of reasoning depend on each
// byte, and there may be more in them than the gateway knows.

/// The client's body, when nothing but the model has to be another for this deployment, as far as can be told without a
/// plan; null otherwise.
const SentText* whole_body(const ChatRequest& request, const Deployment& deployment);
/// The form of the answer needs nothing that stands elsewhere in the request.
bool has_native_format(const RequestPlan& plan);

/// The body with the deployment's model.
std::string with_model(const SentText& sent, std::string_view model);

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
