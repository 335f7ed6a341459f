#pragma once

#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/catalog/capabilities.hpp"
#include "breakwater/catalog/model.hpp"
#include "breakwater/routing/adapt.hpp"

namespace breakwater {

/// Says what the mode allows, and records what is then done. Every step asks first and changes the request afterwards.
class AdaptPolicy {
public:
    AdaptPolicy(config::AdaptMode mode, Adaptations& done) : mode_(mode), done_(done) {}

    /// A change that leaves the meaning of the answer alone: refused only in mode strict. `why` completes "field: ...".
    Result<void> change(std::string field, AdaptAction action, std::string_view why);
    /// A change that alters what the answer means: allowed only in mode drop.
    Result<void> change_essential(std::string field, AdaptAction action, std::string_view why);

private:
    static Result<void> refuse(std::string field, std::string_view why);
    config::AdaptMode mode_;
    Adaptations& done_;
};

/// What a step works on.
struct AdaptScope {
    BentRequest& bent;
    const Capabilities& capabilities;
    const ModelFacts& facts;
    AdaptPolicy& policy;

    /// As it stands now. Not to be held over an `edit`.
    [[nodiscard]] const ChatRequest& request() const noexcept { return bent.get(); }
    [[nodiscard]] ChatRequest& edit() const { return bent.edit(); }
    /// For changes that leave messages and tools alone.
    [[nodiscard]] ChatRequest& edit_parameters() const { return bent.edit_parameters(); }
};

// The steps, in the order in which they run.

/// Roles, tools, response format, audio and search: whatever a Feature says about the request as a whole.
Result<void> adapt_features(const AdaptScope& scope);
/// Images, audio and files within messages.
Result<void> adapt_media(const AdaptScope& scope);
/// Whether and how hard the model is to reason. Runs before the parameters, some of which are refused while it does.
Result<void> adapt_reasoning(const AdaptScope& scope);
/// Every Parameter against its rule.
Result<void> adapt_parameters(const AdaptScope& scope);

}  // namespace breakwater
