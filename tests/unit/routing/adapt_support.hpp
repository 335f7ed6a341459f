#pragma once

#include <optional>
#include <string>

#include "breakwater/routing/adapt.hpp"

namespace breakwater::test {

/// A request and what it is bent to. `adapt()` gives the adaptations as a header, or "refused: <field>".
struct Bend {
    ChatRequest request{};
    Capabilities capabilities{};
    ModelFacts facts{};
    std::optional<Error> error{};

    std::string adapt(config::AdaptMode mode = config::AdaptMode::adapt) {
        Adaptations done;
        const ChatRequest original = request;
        BentRequest bent(original);
        auto result = adapt_request(bent, capabilities, facts, mode, done);
        request = bent.get();
        if (!result) {
            error = result.error();
            return "refused: " + error->param;
        }
        return done.header_value();
    }
};

}  // namespace breakwater::test
