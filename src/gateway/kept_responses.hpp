#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api_path.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "response_store.hpp"

namespace breakwater {

/// One client's view of what is kept, at one moment.
struct KeptView {
    ResponseStore& store;
    const config::ResponseStore& limits;
    std::string_view owner;
    WallTime now;

    [[nodiscard]] std::shared_ptr<const KeptResponse> find(std::string_view id) const {
        return limits.enabled ? store.find(owner, id, now, limits) : nullptr;
    }
};

/// What was said before a request that goes on from the answer `id`: of each turn its items and its answer, oldest
/// first. Errors: invalid_request when a turn is not there (any more), or all of it is more than `bytes_max`.
Result<std::vector<std::string>> earlier_turns(const KeptView& view, std::string id, std::size_t bytes_max);

/// The body of an answer about a kept response: GET and DELETE /v1/responses/{id}, GET .../input_items, POST
/// .../cancel. `target` has the query. Errors: not_found, invalid_request.
Result<std::string> about_kept(const KeptView& view, const ApiPath& path, std::string_view method,
                               std::string_view target);

/// Keeps the answer of one request. Values, so that it may outlive the request.
class ResponseKeeper final : public AnswerKeeper {
public:
    ResponseKeeper(ResponseStore& store, const config::ResponseStore& limits, std::string owner, std::string id,
                   KeptResponse response)
        : store_(store),
          limits_(limits),
          owner_(std::move(owner)),
          id_(std::move(id)),
          response_(std::move(response)) {}

    void keep(std::string_view answer) override {
        KeptResponse kept = response_;
        kept.answer = answer;
        store_.put(owner_, id_, std::move(kept), limits_);
    }

private:
    ResponseStore& store_;
    const config::ResponseStore& limits_;
    std::string owner_;
    std::string id_;
    KeptResponse response_;
};

}  // namespace breakwater
