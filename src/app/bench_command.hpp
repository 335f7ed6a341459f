#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "breakwater/bench/options.hpp"

namespace breakwater::app {

/// `breakwater bench`: its options, and running it.
class BenchCommand {
public:
    explicit BenchCommand(CLI::App& program);
    [[nodiscard]] bool parsed() const { return command_->parsed(); }
    /// The exit code: 0 when a request succeeded, 1 when none did, 2 for wrong usage.
    [[nodiscard]] int run() const;

private:
    [[nodiscard]] Result<bench::Options> options() const;

    CLI::App* command_;
    bench::Options options_;
    // What the command line gives as text, or as a file's name.
    std::string duration_{};
    std::string warmup_ = "1s";
    std::string timeout_ = "60s";
    std::string pace_{};
    std::string body_file_{};
    std::string key_variable_{};
    std::string json_file_{};
    std::string html_file_{};
    bool quiet_ = false;
};

}  // namespace breakwater::app
