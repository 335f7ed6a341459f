#pragma once

#include <optional>
#include <string>
#include <utility>

#include "breakwater/base/error.hpp"
#include "breakwater/routing/adapt.hpp"

namespace breakwater {

/// What an encoder does to a field that it cannot simply keep (C7): written down for the client, or refused. The first
/// refusal is kept and read once, when the body is complete, so that the code that builds a request reads straight
/// through.
class EncodeNotes {
public:
    EncodeNotes(config::AdaptMode mode, Adaptations& adapted) : mode_(mode), adapted_(adapted) {}

    /// The same thing in another form, or the loss of a detail that no answer depends on: never refused.
    void record(std::string field, AdaptAction action) { adapted_.add(std::move(field), action); }

    /// A change that a client may mind: refused in mode strict.
    void change(std::string field, AdaptAction action) {
        if (mode_ != config::AdaptMode::strict) return record(std::move(field), action);
        refuse(std::move(field), "The model does not take this field as it stands, and the route forbids changing it.");
    }

    /// Content that this dialect has no words for: refused, unless the route said to drop what does not fit.
    void lose(std::string field, std::string message) {
        if (mode_ == config::AdaptMode::drop) return record(std::move(field), AdaptAction::dropped);
        refuse(std::move(field), std::move(message));
    }

    /// The client's own mistake, found while its request was translated: refused in every mode.
    void reject(Error error) {
        if (!refusal_) refusal_ = std::move(error);
    }

    [[nodiscard]] const std::optional<Error>& refusal() const noexcept { return refusal_; }

private:
    void refuse(std::string field, std::string message) {
        if (!refusal_) refusal_.emplace(ErrorKind::unsupported_parameter, std::move(message), std::move(field));
    }

    config::AdaptMode mode_;
    Adaptations& adapted_;
    std::optional<Error> refusal_{};
};

}  // namespace breakwater
