#pragma once

#include <string>
#include <vector>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/catalog/model.hpp"
#include "breakwater/config/config.hpp"
#include "breakwater/routing/bent_request.hpp"

namespace breakwater {

/// What happened to a request field that was not simply kept (C7).
enum class AdaptAction : std::uint8_t { mapped, clamped, emulated, dropped };
std::string_view to_string(AdaptAction action) noexcept;

struct Adaptation {
    std::string field;  ///< the client dialect's name ("temperature", "response_format", "messages[2].content[0]")
    AdaptAction action;
    friend bool operator==(const Adaptation&, const Adaptation&) = default;
};

/// The list behind `x-breakwater-adapted`. One entry per field and action.
class Adaptations {
public:
    void add(std::string field, AdaptAction action);
    [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
    [[nodiscard]] const std::vector<Adaptation>& list() const noexcept { return list_; }
    /// "temperature=clamped, seed=dropped": a valid header value; at most 40 entries, then "...".
    [[nodiscard]] std::string header_value() const;

private:
    std::vector<Adaptation> list_;
};

/// Bends `request` to what the deployment takes, down to values, before the provider's encoder sees it, so that
/// encoders only translate what is left. Pure. Records everything in `done`; what fits is not copied.
/// - mode strict: the first thing that would have to change is an Error (unsupported_parameter, param = the field);
/// - mode adapt: clamp to ranges, map enums to the nearest value, drop what does not change the answer's meaning; what
/// does
///   (tools, images, schema, n, logprobs the deployment lacks) is an Error (unsupported_parameter), failover elsewhere;
/// - mode drop: as adapt, but essential fields are dropped too.
Result<void> adapt_request(BentRequest& request, const Capabilities& capabilities, const ModelFacts& facts,
                           config::AdaptMode mode, Adaptations& done);

/// For a provider that does not speak the client's dialect: takes out what only that dialect can say
/// (ChatRequest::own), and records it; in mode strict the first of it is an Error.
Result<void> drop_own_words(BentRequest& request, config::AdaptMode mode, Adaptations& done);

/// For a deployment that is asked to chat: takes out what only a completion can say (ChatRequest::completion). Without
/// `suffix` or `echo` the answer is another one, so both are an Error but in mode drop; more prompts than one always
/// are.
Result<void> drop_completion_words(BentRequest& request, config::AdaptMode mode, Adaptations& done);

/// True when the request, as it stands, makes the deployment's model reason: asked for, or on by default and not
/// switched off.
bool reasons(const ChatRequest& request, const Capabilities& capabilities) noexcept;

}  // namespace breakwater
