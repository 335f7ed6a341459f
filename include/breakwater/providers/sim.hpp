#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/config/config.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

/// One thing that a simulated provider does, `delay` after the one before it.
struct SimStep {
    enum class Action : std::uint8_t {
        refuse,  ///< the connection is refused
        head,    ///< the response head arrives
        bytes,   ///< a piece of the body arrives
        end,     ///< the body ends as its framing says
        cut,     ///< the connection is reset
        stall,   ///< nothing more will ever arrive
    };
    Action action = Action::end;
    Duration delay{0};
    HttpResponseHead head{};
    std::string bytes{};
};

/// What a provider of dialect `sim` does with one request: the answer that a server of the OpenAI dialect would give,
/// as a list of steps that whoever owns the time plays back instead of opening a socket. Steps are made one by one, so
/// that a stream of a million tokens takes no memory. Pure: the same arguments give the same steps, and time is only in
/// their delays. src/providers/sim/README.md has the models. One per attempt, single-threaded.
class SimScript {
public:
    /// `model` is the deployment's, with settings behind a colon that win over `settings` ("chat:tokens=50,gap=20ms");
    /// `request_body` is what the provider's `encode` wrote. Text depends on model and request alone; `seed`, say a
    /// counter, tells the draws of latency and failure of two equal requests apart. Neither a bad model name nor a bad
    /// body fails: the script then answers as a server would, 404 or 400.
    SimScript(std::string_view model, std::string_view request_body, const config::SimSettings& settings,
              std::uint64_t seed);
    ~SimScript();
    SimScript(SimScript&&) noexcept;
    SimScript& operator=(SimScript&&) noexcept;
    SimScript(const SimScript&) = delete;
    SimScript& operator=(const SimScript&) = delete;

    /// The next step; false after end, cut, refuse or stall. Reusing `step` reuses its memory.
    bool next(SimStep& step);

    /// The source of the steps; private to src/providers/sim.
    class Source;

private:
    std::unique_ptr<Source> source_;
};

/// Whether `model` is one that the simulator has, with settings that it takes, and `settings.fail_with` a fault. The
/// Error says what is wrong and what there is.
Result<void> check_sim_model(std::string_view model, const config::SimSettings& settings);

/// What the model of that name does; chat for an unknown one.
ModelMode sim_model_mode(std::string_view model) noexcept;

}  // namespace breakwater
