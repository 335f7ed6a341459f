#include "bench_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "breakwater/bench/report.hpp"
#include "breakwater/bench/run.hpp"
#include "commands.hpp"

namespace breakwater::app {

namespace {

/// Lets the first SIGINT or SIGTERM end the run early, with its report, and the second one the program.
class Interrupts {
public:
    explicit Interrupts(bench::Run& run) {
        sigemptyset(&signals_);
        // SIGUSR1 is ours: it ends the thread.
        for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&signals_, signal);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        std::signal(SIGPIPE, SIG_IGN);
        thread_ = std::thread([this, &run] { wait(run); });
    }
    ~Interrupts() {
        pthread_kill(thread_.native_handle(), SIGUSR1);
        thread_.join();
    }
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

private:
    void wait(bench::Run& run) const {
        constexpr int kInterrupted = 130;  // what a shell shows for SIGINT
        for (bool first = true;; first = false) {
            int signal = 0;
            sigwait(&signals_, &signal);
            if (signal == SIGUSR1) return;
            if (!first) std::_Exit(kInterrupted);
            run.interrupt();
        }
    }

    sigset_t signals_{};
    std::thread thread_;
};

/// One line a second that overwrites itself on a terminal; elsewhere a line of its own every five seconds.
class ProgressLine {
public:
    explicit ProgressLine(bool streams) : streams_(streams), terminal_(::isatty(STDERR_FILENO) == 1) {}
    void show(const bench::Progress& progress) {
        constexpr int kEvery = 5;
        if (!terminal_ && ++calls_ % kEvery != 0) return;
        fmt::print(stderr, "{}{}{}", terminal_ ? "\r" : "", text(progress), terminal_ ? "\x1b[K" : "\n");
        std::fflush(stderr);
    }
    /// Makes way for the report.
    void clear() const {
        if (terminal_) fmt::print(stderr, "\r\x1b[K");
    }

private:
    [[nodiscard]] std::string text(const bench::Progress& progress) const {
        const std::string load = fmt::format("{} busy{}", progress.busy,
                                             progress.waiting > 0 ? fmt::format(", {} waiting", progress.waiting) : "");
        if (progress.phase == bench::Phase::warmup) return "warming up: " + load;
        if (progress.phase == bench::Phase::ending) return "waiting for the last answers: " + load;
        const double seconds = std::chrono::duration<double>(progress.last.length).count();
        const auto rate = [seconds](std::uint64_t count) {
            return static_cast<double>(count) / std::max(seconds, 1e-9);
        };
        return fmt::format("{:.0f} s: {:.0f} requests/s, {:.0f} failures/s, {}p50 {}, p99 {}, {}",
                           std::chrono::duration<double>(progress.elapsed).count(), rate(progress.last.ok),
                           rate(progress.last.failed),
                           streams_ ? fmt::format("{:.0f} events/s, ", rate(progress.last.events)) : "",
                           bench::short_time(progress.last.p50), bench::short_time(progress.last.p99), load);
    }

    bool streams_;
    bool terminal_;
    int calls_ = 0;
};

/// Opened before the run: a name that cannot be written is found out before a minute of load.
bool open_output(std::ofstream& file, const std::string& name) {
    if (name.empty() || name == "-") return true;
    file.open(name, std::ios::binary | std::ios::trunc);
    if (!file) fmt::print(stderr, "breakwater: {} cannot be written.\n", name);
    return file.is_open();
}

bool write_output(std::ofstream& file, const std::string& name, const std::string& text) {
    file << text;
    file.close();
    if (!file) fmt::print(stderr, "breakwater: {} could not be written.\n", name);
    return !file.fail();
}

}  // namespace

int run_bench(const bench::Plan& plan, const BenchOutputs& outputs) {
    std::ofstream json;
    std::ofstream html;
    if (!open_output(json, outputs.json_file) || !open_output(html, outputs.html_file)) return kUsage;

    ProgressLine line(plan.stream);
    std::function<void(const bench::Progress&)> on_progress;
    if (!outputs.quiet) on_progress = [&line](const bench::Progress& progress) { line.show(progress); };
    bench::Run run(plan, std::move(on_progress));
    const auto results = [&run] {
        const Interrupts interrupts(run);
        return run.execute();
    }();
    if (!outputs.quiet) line.clear();
    if (!results) {
        fmt::print(stderr, "breakwater: {}\n", results.error().message);
        return kFailure;
    }
    const bool json_to_stdout = outputs.json_file == "-";
    fmt::print("{}", json_to_stdout ? bench::to_json(*results) : bench::to_table(*results));
    std::fflush(stdout);
    bool written = true;
    if (json.is_open()) written = write_output(json, outputs.json_file, bench::to_json(*results)) && written;
    if (html.is_open()) written = write_output(html, outputs.html_file, bench::to_html(*results)) && written;
    return results->ok > 0 && written ? kOk : kFailure;
}

}  // namespace breakwater::app
