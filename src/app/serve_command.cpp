#include <fmt/format.h>
#include <poll.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "breakwater/gateway/log_sink.hpp"
#include "breakwater/gateway/service.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "commands.hpp"
#include "config_watch.hpp"

namespace breakwater::app {

namespace {

constexpr timespec kTick{.tv_sec = 0, .tv_nsec = 500'000'000};

/// The signals that the main thread takes one by one; blocked before any thread exists, so that no other thread gets
/// them.
sigset_t take_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return set;
}

/// A reader of our log that is stuck must not keep the process from reloading and ending: then its line is left out.
bool stderr_takes_more() {
    pollfd waiting{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
    return ::poll(&waiting, 1, 0) != 0;
}

std::function<void(bool, const std::string&)> make_log(bool text) {
    auto logger = spdlog::stderr_logger_mt("breakwater");
    logger->set_pattern(text ? "%H:%M:%S.%e %l: %v" : "%v");
    return [logger, text](bool error, const std::string& message) {
        if (!stderr_takes_more()) return;
        const auto level = error ? spdlog::level::warn : spdlog::level::info;
        if (text) return logger->log(level, "{}", message);
        std::string line;
        JsonWriter(line)
            .begin_object()
            .field("ts", iso_stamp(std::chrono::system_clock::now()))
            .field("level", error ? "warn" : "info")
            .field("msg", message)
            .end_object();
        logger->log(level, "{}", line);
    };
}

bool text_log(const config::Config& config) {
    switch (config.server.log) {
        case config::LogFormat::text:
            return true;
        case config::LogFormat::json:
            return false;
        case config::LogFormat::automatic:
            return ::isatty(STDERR_FILENO) == 1;
    }
    return false;
}

std::string join_problems(const std::vector<config::Problem>& problems) {
    std::string text;
    for (const config::Problem& problem : problems) {
        text += fmt::format("{}{}:{}:{}: {}", text.empty() ? "" : "; ", problem.file, problem.mark.line,
                            problem.mark.column, problem.message);
    }
    return text;
}

void say_ready(const Service& service, const config::Config& config) {
    std::string line = fmt::format("breakwater ready listen={}:{}", config.server.listen.host, service.client_port());
    if (service.admin_port() != 0) line += fmt::format(" admin={}:{}", config.server.admin->host, service.admin_port());
    line += "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
}

void say_welcome(const Service& service, const config::Config& config) {
    const std::string& host = config.server.listen.host;
    const std::string base =
        fmt::format("http://{}:{}/v1", host == "0.0.0.0" || host.empty() ? "127.0.0.1" : host, service.client_port());
    fmt::print(
        stderr,
        "\nTry it:\n\n"
        "  curl -N {0}/chat/completions -H 'Content-Type: application/json' \\\n"
        "    -d "
        "'{{\"model\":\"sim/chat\",\"stream\":true,\"messages\":[{{\"role\":\"user\",\"content\":\"Hello\"}}]}}'\n\n"
        "  from openai import OpenAI\n"
        "  client = OpenAI(base_url=\"{0}\", api_key=\"unused\")\n"
        "  print(client.chat.completions.create(model=\"sim/chat\", messages=[{{\"role\": \"user\", \"content\": "
        "\"Hello\"}}]))\n\n",
        base);
}

/// Reloads, drains and ends as signals and file changes ask.
class Supervisor {
public:
    Supervisor(Service& service, std::string path, const config::Environment& environment, sigset_t signals,
               ConfigWatch watch)
        : service_(service),
          path_(std::move(path)),
          environment_(environment),
          signals_(signals),
          watch_(std::move(watch)) {
        watch_.watch(service.snapshot().config().files);
    }

    /// Returns when the gateway is to end.
    void run() {
        while (true) {
            const int signal = sigtimedwait(&signals_, nullptr, &kTick);
            if (signal == SIGTERM || signal == SIGINT) return;
            if (path_.empty()) continue;
            if (signal == SIGHUP || watch_.changed()) reload();
        }
    }
    /// A second signal while draining means: now.
    [[nodiscard]] bool hurry() const {
        constexpr timespec kNow{};
        const int signal = sigtimedwait(&signals_, nullptr, &kNow);
        return signal == SIGTERM || signal == SIGINT;
    }

private:
    void reload() {
        static_cast<void>(watch_.changed());  // what is loaded now is no change for the next look
        auto loaded = config::load_file(path_, environment_);
        if (!loaded) return service_.note_failed_reload(join_problems(loaded.error()));
        watch_.watch(loaded->files);
        static_cast<void>(service_.reload(std::move(*loaded)));  // the service says what went wrong
    }

    Service& service_;
    std::string path_;
    const config::Environment& environment_;
    sigset_t signals_;
    ConfigWatch watch_;
};

}  // namespace

int serve(const std::string& config_path, const config::Environment& environment) {
    const rlimit no_core{};  // a core dump would hold the providers' keys
    ::setrlimit(RLIMIT_CORE, &no_core);
    const sigset_t signals = take_signals();
    ConfigWatch watch(config_path);
    auto config = load_or_explain(config_path, environment);
    if (!config) return kBadConfig;

    Service::Options options;
    options.version = BREAKWATER_VERSION;
    options.log_fd = STDERR_FILENO;
    options.log_text = text_log(*config);
    options.say = make_log(options.log_text);
    const auto say = options.say;
    for (const std::string& warning : config->warnings) say(true, warning);
    if (config->keys_open)
        say(false, "No client keys are configured: whoever reaches the listen address may use the providers.");

    for (const config::Provider& provider : config->providers) {
        if (provider.insecure_skip_verify)
            say(true,
                "Provider " + provider.name + " is used without checking its certificate (insecure_skip_verify).");
    }

    auto service = Service::start(std::move(*config), std::move(options));
    if (!service) {
        fmt::print(stderr, "breakwater: {}\n", service.error());
        return kFailure;
    }
    const config::Config& in_force = (*service)->snapshot().config();
    say_ready(**service, in_force);
    if (config_path.empty()) say_welcome(**service, in_force);

    Supervisor supervisor(**service, config_path, environment, signals, std::move(watch));
    supervisor.run();
    say(false, "Draining: running requests finish, new connections are not taken. A second signal cuts them.");
    (*service)->drain([&supervisor] { return supervisor.hurry(); });
    say(false, "All requests have ended.");
    return kOk;
}

}  // namespace breakwater::app
