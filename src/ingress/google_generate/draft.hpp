#pragma once

#include <optional>
#include <string>

#include "../shared/value.hpp"

namespace breakwater::google_generate {

using ingress::Value;

/// A request while it is read: what several members decide together waits here until all of them are known.
struct Draft {
    ChatRequest& request;
    Message system{};
    bool call_ids = false;    ///< some call or result has one
    std::string mime_type{};  ///< of the answer
    JsonText schema{};        ///< of the answer
    JsonText words{};         ///< the enum that an answer in plain words is held to
    std::optional<std::int64_t> logprobs{};
    std::string own_config{};  ///< members of generationConfig that only this vendor has words for
};

/// Keeps a member for providers of this vendor.
void keep_member(std::string_view name, const Value& value, Draft& draft);

}  // namespace breakwater::google_generate
