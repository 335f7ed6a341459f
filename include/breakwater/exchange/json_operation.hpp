#pragma once

#include "breakwater/exchange/operation.hpp"
#include "breakwater/ingress/route_wish.hpp"

namespace breakwater {

/// An operation that is no chat, and whose request is JSON that is nearly all prompt: with a model, and with wishes
/// about its route among the members that the dialect does not have. `Request` has them as model, extensions and
/// body_bytes.
template <class Request>
class JsonOperation : public Operation {
public:
    [[nodiscard]] const std::string& model() const noexcept final { return request_.model; }
    [[nodiscard]] bool stream() const noexcept override { return false; }
    [[nodiscard]] bool may_wish() const noexcept final { return true; }
    Result<void> take_wish(JsonReader& reader, RouteWish& wish) final {
        return take_route_wish(request_.extensions, reader, wish);
    }
    [[nodiscard]] RequestNeeds needs() const final { return {.prompt = estimate_tokens(request_.body_bytes)}; }

protected:
    explicit JsonOperation(ModelMode mode) noexcept : Operation(mode) {}

    Request request_;
};

}  // namespace breakwater
