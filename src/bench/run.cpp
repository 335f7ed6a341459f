#include "breakwater/bench/run.hpp"

#include <algorithm>
#include <deque>

#include "connection.hpp"
#include "precise_timer.hpp"

namespace breakwater::bench {

namespace {

constexpr std::chrono::seconds kTick{1};
/// How long the last answers are waited for, so that the slow ones are measured too.
constexpr std::chrono::seconds kGrace{5};
/// Streams to hold are opened at this rate, which a listener's queue of connections survives.
constexpr double kOpenPerSecond = 2000;
constexpr std::uint64_t kSeed = 1;

}  // namespace

/// Everything that lives as long as the run. One worker's thread but for `interrupt`.
class Run::Control {
public:
    Control(const Plan& plan, std::function<void(const Progress&)> on_progress);
    Result<Results> execute();
    void interrupt();

private:
    Task<void> measure();
    Task<Result<void>> prepare();
    void start_load();
    Task<void> pace();
    Task<void> wait_until(TimePoint when);
    Task<void> sleep_until(TimePoint when);
    void wake() noexcept;
    void tick(TimePoint now);
    void task_ended();
    void cut();
    [[nodiscard]] bool over() const noexcept { return interrupted_ || (started_ && tasks_ == 0); }
    [[nodiscard]] double rate() const { return plan_.rate.value_or(kOpenPerSecond); }
    [[nodiscard]] bool open_loop() const { return plan_.rate || plan_.hold; }
    /// How long it takes to open all streams that are to be held.
    [[nodiscard]] Duration opening() const;

    const Plan& plan_;
    std::function<void(const Progress&)> on_progress_;
    Worker worker_{kSeed};
    Connector connector_{worker_, plan_.endpoint};
    Recorder recorder_;
    Dispatcher dispatcher_{recorder_, plan_.requests, plan_.hold};
    Shared shared_{worker_, plan_, connector_, dispatcher_, recorder_};
    std::deque<Connection> connections_;
    PreciseTimer timer_{worker_};
    CancelSource* sleep_ = nullptr;  // of whoever measures, while it sleeps
    TimePoint next_tick_{};
    std::size_t tasks_ = 0;  // connections and the pacer
    bool started_ = false;
    bool interrupted_ = false;
    std::optional<Error> failed_;
    std::exception_ptr bug_;
};

Run::Control::Control(const Plan& plan, std::function<void(const Progress&)> on_progress)
    : plan_(plan), on_progress_(std::move(on_progress)) {
    shared_.on_end = [this] { task_ended(); };
    worker_.on_exception = [this](std::exception_ptr error) {
        bug_ = std::move(error);
        worker_.stop();
    };
}

Result<Results> Run::Control::execute() {
    worker_.start(measure());
    worker_.run();
    if (bug_) std::rethrow_exception(bug_);
    if (failed_) return std::unexpected(std::move(*failed_));
    Results results = std::move(recorder_.results());
    results.url = plan_.url;
    results.model = plan_.model;
    results.stream = plan_.stream;
    results.connections = plan_.connections;
    results.rate = plan_.rate;
    if (plan_.hold && !results.held) results.held = 0;
    return results;
}

/// From the first look-up to the end of the last connection.
Task<void> Run::Control::measure() {
    if (auto prepared = co_await prepare(); !prepared) {
        failed_ = std::move(prepared.error());
        co_return worker_.stop();
    }
    const TimePoint start = worker_.renew_now();
    next_tick_ = start + kTick;
    const Duration before = plan_.warmup + opening();
    if (before == Duration::zero()) recorder_.open_window(start);
    start_load();
    if (before > Duration::zero()) {
        co_await wait_until(start + before);
        const TimePoint opened = worker_.now();
        if (!over()) recorder_.open_window(opened);
        next_tick_ = opened + kTick;
    }
    if (recorder_.measuring())
        co_await wait_until(plan_.duration ? recorder_.opened_at() + *plan_.duration : TimePoint::max());
    recorder_.close_window(worker_.now());
    dispatcher_.stop();
    timer_.cancel();
    if (!plan_.hold) co_await wait_until(worker_.now() + std::min<Duration>(kGrace, plan_.timeout));
    cut();
    while (tasks_ > 0) co_await sleep_until(TimePoint::max());
    worker_.stop();
}

Task<Result<void>> Run::Control::prepare() {
    if (interrupted_) co_return Result<void>();
    co_return co_await connector_.prepare(Deadline::after(worker_.now(), plan_.timeout));
}

Duration Run::Control::opening() const {
    if (!plan_.hold) return Duration::zero();
    return std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(static_cast<double>(plan_.connections) / rate()));
}

void Run::Control::start_load() {
    started_ = true;
    if (open_loop()) {
        const auto count = plan_.hold ? std::optional<std::uint64_t>(plan_.connections) : std::nullopt;
        dispatcher_.follow(Schedule(worker_.renew_now(), rate(), count));
    }
    const std::uint64_t connections =
        open_loop() ? plan_.connections
                    : std::min<std::uint64_t>(plan_.connections, plan_.requests.value_or(plan_.connections));
    tasks_ = connections + (open_loop() ? 1 : 0);
    for (std::uint64_t i = 0; i < connections; ++i) worker_.start(connections_.emplace_back(shared_).run());
    if (open_loop()) worker_.start(pace());
}

/// Sends at the times of the schedule.
Task<void> Run::Control::pace() {
    while (const auto due = dispatcher_.next_due()) {
        if (!co_await timer_.wait_until(*due)) break;
        dispatcher_.hand_out(worker_.now());
    }
    task_ended();
}

/// Until `when`, or until the run is over; says every second how it stands.
Task<void> Run::Control::wait_until(TimePoint when) {
    while (!over()) {
        const TimePoint now = worker_.now();
        if (now >= next_tick_) tick(now);
        if (now >= when) co_return;
        co_await sleep_until(std::min(when, next_tick_));
    }
}

Task<void> Run::Control::sleep_until(TimePoint when) {
    CancelSource woken;
    sleep_ = &woken;
    co_await worker_.sleep_until(when, woken);
    sleep_ = nullptr;
}

void Run::Control::wake() noexcept {
    if (sleep_ != nullptr) sleep_->request();
}

void Run::Control::tick(TimePoint now) {
    next_tick_ += kTick * (1 + (now - next_tick_) / kTick);
    const auto interval = recorder_.tick(now);
    if (!on_progress_) return;
    Progress progress;
    progress.phase = recorder_.opened_at() == TimePoint::max() ? Phase::warmup : Phase::ending;
    if (interval) {
        progress.phase = Phase::measuring;
        progress.elapsed = now - recorder_.opened_at();
        progress.last = *interval;
    }
    progress.busy = connections_.size() - dispatcher_.free();
    progress.waiting = dispatcher_.waiting();
    on_progress_(progress);
}

void Run::Control::task_ended() {
    if (--tasks_ == 0) wake();
}

void Run::Control::cut() {
    shared_.discard = interrupted_;
    for (Connection& connection : connections_) connection.cut();
}

void Run::Control::interrupt() {
    worker_.post([this] {
        interrupted_ = true;
        connector_.cancel();
        wake();
    });
}

Run::Run(const Plan& plan, std::function<void(const Progress&)> on_progress)
    : control_(std::make_unique<Control>(plan, std::move(on_progress))) {}
Run::~Run() = default;
Result<Results> Run::execute() {
    return control_->execute();
}
void Run::interrupt() {
    control_->interrupt();
}

}  // namespace breakwater::bench
