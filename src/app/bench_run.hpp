#pragma once

#include <string>

#include "breakwater/bench/options.hpp"

namespace breakwater::app {

/// Where the results go besides the table on standard output.
struct BenchOutputs {
    std::string json_file{};  ///< "-": standard output, instead of the table
    std::string html_file{};
    bool quiet = false;  ///< no progress
};

/// Runs the plan until its end or the first SIGINT or SIGTERM, reports, and returns the exit code.
int run_bench(const bench::Plan& plan, const BenchOutputs& outputs);

}  // namespace breakwater::app
