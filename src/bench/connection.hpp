#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "breakwater/bench/options.hpp"
#include "connector.hpp"
#include "dispatcher.hpp"
#include "event_clock.hpp"
#include "response_reader.hpp"

namespace breakwater::bench {

/// What all connections of a run share; outlives them.
struct Shared {
    Worker& worker;
    const Plan& plan;
    Connector& connector;
    Dispatcher& dispatcher;
    Recorder& recorder;
    std::function<void()> on_end{};  ///< a connection has ended
    bool discard = false;            ///< requests that are cut from now on leave no trace
};

/// One client: sends a request, reads its answer, and so on, over a connection that it makes anew when it has to. One
/// worker's thread.
class Connection {
public:
    explicit Connection(Shared& shared) : shared_(shared), reader_(shared.plan.stream) {}

    /// Until the dispatcher has no more to do.
    Task<void> run();
    /// Cuts what is running. The dispatcher has been stopped before.
    void cut() noexcept;

private:
    Task<void> exchange(Ticket ticket);
    Task<Failure> read_answer(TimePoint start, Deadline deadline);
    void take(const ResponseReader::Step& step, TimePoint start);
    void finish(Failure failure, const Ticket& ticket);
    [[nodiscard]] bool open_loop() const noexcept { return shared_.plan.rate || shared_.plan.hold; }

    Shared& shared_;
    std::unique_ptr<Stream> stream_;
    CancelSource cut_;
    ResponseReader reader_;
    EventClock clock_;
    TimePoint now_{};  // when the last answer ended: nearly the present, and free
    std::optional<Duration> first_token_;
    bool pause_ = false;
};

}  // namespace breakwater::bench
