#pragma once

#include <memory>

#include "breakwater/exchange/client_body.hpp"
#include "breakwater/ingress/body_judge.hpp"

namespace breakwater {

/// The rest of a request's body on its way from the client to a provider, behind the start that the operation holds.
/// Until some of it has been passed on, an attempt can be replaced by another: the start is there for all of them.
/// Cancelling it ends the read that waits, as of ClientBody. One per request.
class Upload final : public Cancellable {
public:
    /// `judge` may be null: then nobody looks at what passes. The client's body outlives it.
    Upload(ClientBody& body, std::unique_ptr<BodyJudge> judge) noexcept : body_(body), judge_(std::move(judge)) {}

    /// What goes on next, found to be good; empty at the end. Valid until the next read. Errors: as ClientBody, and
    /// what the judge says.
    Task<BoxedResult<std::string_view>> read(Deadline deadline);
    void cancel() noexcept override { body_.cancel(); }
    /// How many bytes there are behind the start; nothing where that is not known.
    [[nodiscard]] std::optional<std::uint64_t> left() const noexcept { return body_.left(); }
    /// Another attempt can still send all of the body.
    [[nodiscard]] bool repeatable() const noexcept { return !passed_on_; }

private:
    Result<void> judge(std::string_view bytes);

    ClientBody& body_;
    std::unique_ptr<BodyJudge> judge_;
    bool passed_on_ = false;
    bool judged_ = false;  ///< to its end
};

}  // namespace breakwater
