#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "breakwater/bench/options.hpp"
#include "breakwater/bench/results.hpp"

namespace breakwater::bench {

enum class Phase : std::uint8_t {
    warmup,
    measuring,
    ending,  ///< the last answers are awaited
};

/// How a run stands, about once a second.
struct Progress {
    Phase phase = Phase::warmup;
    Duration elapsed{0};        ///< of the measurement
    Interval last{};            ///< empty unless measuring
    std::size_t busy = 0;       ///< connections with a request
    std::uint64_t waiting = 0;  ///< open loop: requests that are due and wait for a connection
};

/// One benchmark on the calling thread, over a worker of its own.
class Run {
public:
    /// The plan outlives the run. `on_progress` may be empty.
    Run(const Plan& plan, std::function<void(const Progress&)> on_progress);
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    /// Warms up, measures, and waits a little for the last answers; once. Errors: the host has no address, or TLS
    /// cannot be set up. What goes wrong with a request is a result.
    Result<Results> execute();
    /// Ends the measurement now; running requests are left out of the results. Any thread.
    void interrupt();

private:
    class Control;
    std::unique_ptr<Control> control_;
};

}  // namespace breakwater::bench
