#pragma once

#include <set>

#include "breakwater/exchange/streams.hpp"

namespace breakwater {

/// The calls that a worker makes beside its requests' attempts, so that they can be ended before the worker is. One
/// thread only.
class RunningCalls {
public:
    /// A call that is running while this lives; it ends before the call does.
    class Scope {
    public:
        Scope(RunningCalls& calls, UpstreamCall& call) : calls_(calls), call_(call) { calls_.running_.insert(&call_); }
        ~Scope() { calls_.running_.erase(&call_); }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        RunningCalls& calls_;
        UpstreamCall& call_;
    };

    /// Ends them all; nobody should begin another one.
    void stop() {
        stopped_ = true;
        // Whoever is told to stop takes itself out of the list.
        while (!running_.empty()) {
            UpstreamCall* call = *running_.begin();
            running_.erase(running_.begin());
            call->cancel();
        }
    }
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }

private:
    std::set<UpstreamCall*> running_;
    bool stopped_ = false;
};

}  // namespace breakwater
