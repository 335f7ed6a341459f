#include "bench_command.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "bench_run.hpp"
#include "commands.hpp"

namespace breakwater::app {

namespace {

std::unexpected<Error> wrong(std::string message) {
    return fail(ErrorKind::invalid_request, std::move(message));
}

Result<std::string> file_text(const std::string& name) {
    std::ifstream file(name, std::ios::binary);
    if (!file) return wrong("--body: " + name + " cannot be read.");
    return std::string(std::istreambuf_iterator<char>(file), {});
}

/// A descriptor for each connection; the few others are the program's own.
Result<void> make_room_for(std::size_t connections) {
    constexpr rlim_t kOthers = 64;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    if (connections + kOthers <= limit.rlim_max) return {};
    return wrong(
        fmt::format("--connections: this process may have {} open files, {} of them for its own use (see ulimit -n).",
                    limit.rlim_max, kOthers));
}

Result<std::optional<Duration>> optional_duration(const std::string& text) {
    if (text.empty()) return std::optional<Duration>();
    const auto duration = bench::parse_duration(text);
    if (!duration) return std::unexpected(duration.error());
    return std::optional(*duration);
}

}  // namespace

BenchCommand::BenchCommand(CLI::App& program)
    : command_(
          program.add_subcommand("bench", "Load any OpenAI-compatible server, streams included, and measure it.")) {
    CLI::App& add = *command_;
    bench::Options& to = options_;
    add.add_option("url", to.url, "Base URL, for example http://127.0.0.1:8080/v1")->required();
    add.add_option("--path", to.path, "What follows the base URL")->capture_default_str();
    add.add_option("--model", to.model, "Model to ask for")->capture_default_str();
    add.add_flag("--stream", to.stream, "Ask for streams");
    add.add_option("--connections", to.connections, "Connections, each with one request at a time")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    add.add_option("--rate", to.rate,
                   "Open loop: requests per second, whatever the server does; latency counts from the intended time");
    add.add_option("--duration", duration_, "Length of the measurement (default 10s, or until --requests)");
    add.add_option("--requests", to.requests, "Stop after so many measured requests")->check(CLI::PositiveNumber);
    add.add_option("--warmup", warmup_, "Load before the measurement")->capture_default_str();
    add.add_option("--timeout", timeout_, "Time limit of a request")->capture_default_str();
    add.add_option("--body-bytes", to.body_bytes, "Pad the message until the request body has about this size")
        ->check(CLI::NonNegativeNumber);
    add.add_option("--body", body_file_, "File with the request body, sent as it is");
    add.add_option("--header", to.headers, "Another request header, \"Name: value\"; can be repeated")
        ->allow_extra_args(false);
    add.add_option("--key-env", key_variable_, "Environment variable with the bearer key");
    add.add_flag("--insecure", to.insecure, "Do not check the server's certificate");
    add.add_flag("--hold", to.hold, "With --stream: open one stream per connection and keep all open");
    add.add_option("--pace", pace_, "With --stream: the server sends events this far apart; report how late each is");
    add.add_option("--json", json_file_, "Write the results as JSON to this file, or to standard output with -");
    add.add_option("--html", html_file_, "Write a page with plots to this file");
    add.add_flag("--quiet", quiet_, "No progress on standard error");
}

Result<bench::Options> BenchCommand::options() const {
    bench::Options options = options_;
    const auto duration = optional_duration(duration_);
    const auto warmup = bench::parse_duration(warmup_);
    const auto timeout = bench::parse_duration(timeout_);
    const auto pace = optional_duration(pace_);
    if (!duration) return std::unexpected(duration.error());
    if (!warmup) return std::unexpected(warmup.error());
    if (!timeout) return std::unexpected(timeout.error());
    if (!pace) return std::unexpected(pace.error());
    options.duration = *duration;
    options.warmup = *warmup;
    options.timeout = *timeout;
    options.pace = *pace;
    if (!body_file_.empty()) {
        auto body = file_text(body_file_);
        if (!body) return std::unexpected(std::move(body.error()));
        options.body = std::move(*body);
    }
    if (!key_variable_.empty()) {
        const char* key = std::getenv(key_variable_.c_str());
        if (key == nullptr || *key == '\0') return wrong("--key-env: the variable " + key_variable_ + " is not set.");
        options.key = Secret(key);
    }
    return options;
}

int BenchCommand::run() const {
    const auto refuse = [](const Error& error) {
        fmt::print(stderr, "breakwater: {}\n", error.message);
        return kUsage;
    };
    const auto chosen = options();
    if (!chosen) return refuse(chosen.error());
    const auto plan = bench::make_plan(*chosen);
    if (!plan) return refuse(plan.error());
    if (const auto room = make_room_for(plan->connections); !room) return refuse(room.error());
    return run_bench(*plan, {.json_file = json_file_, .html_file = html_file_, .quiet = quiet_});
}

}  // namespace breakwater::app
