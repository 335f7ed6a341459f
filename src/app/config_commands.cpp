#include <fmt/format.h>

#include <cstdio>

#include "breakwater/gateway/snapshot.hpp"
#include "commands.hpp"

namespace breakwater::app {

namespace {

void print(std::FILE* stream, const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stream);
}

std::string price_text(const std::optional<double>& price) {
    return price ? fmt::format("{:.2f}", *price) : std::string("-");
}

}  // namespace

std::optional<config::Config> load_or_explain(const std::string& path, const config::Environment& environment) {
    if (path.empty()) {
        config::Config config = config::embedded_default(environment);
        const auto fault = config::embedded_default_fault(config, environment);
        if (!fault) return config;
        print(stderr, fmt::format("breakwater: {}\n", *fault));
        return std::nullopt;
    }
    auto loaded = config::load_file(path, environment);
    if (loaded) return std::move(*loaded);
    for (const config::Problem& problem : loaded.error()) print(stderr, config::to_string(problem) + "\n");
    print(stderr,
          fmt::format("{}: {} problem{}.\n", path, loaded.error().size(), loaded.error().size() == 1 ? "" : "s"));
    return std::nullopt;
}

int check(const std::string& config_path, const config::Environment& environment) {
    auto loaded = load_or_explain(config_path, environment);
    if (!loaded) return kBadConfig;
    for (const std::string& warning : loaded->warnings) print(stderr, fmt::format("warning: {}\n", warning));
    const std::string counts = fmt::format("{}: no problems. {} providers, {} deployments, {} routes.\n", config_path,
                                           loaded->providers.size(), loaded->deployments.size(), loaded->routes.size());
    auto snapshot = Snapshot::build(std::move(*loaded), 1);
    if (!snapshot) {
        print(stderr, snapshot.error() + "\n");
        return kBadConfig;
    }
    print(stdout, counts);
    return kOk;
}

int schema(const config::Environment& environment) {
    print(stdout, config::json_schema(environment));
    return kOk;
}

int reference(const config::Environment& environment) {
    print(stdout, config::reference_markdown(environment));
    return kOk;
}

int models(const std::string& config_path, bool json, const config::Environment& environment) {
    auto loaded = load_or_explain(config_path, environment);
    if (!loaded) return kBadConfig;
    auto snapshot = Snapshot::build(std::move(*loaded), 1);
    if (!snapshot) {
        print(stderr, snapshot.error() + "\n");
        return kBadConfig;
    }
    if (json) {
        print(stdout, (*snapshot)->models_json() + "\n");
        return kOk;
    }
    print(stdout, fmt::format("{:<44} {:<14} {:>10} {:>10} {:>9} {:>9}\n", "MODEL", "PROVIDER", "CONTEXT", "MAX OUT",
                              "IN $/M", "OUT $/M"));
    for (const RouteEntry& route : (*snapshot)->routes()) {
        const Deployment& first = *route.candidates.front();
        const auto tokens = [](const std::optional<std::int64_t>& count) {
            return count ? std::to_string(*count) : std::string("-");
        };
        print(stdout, fmt::format("{:<44} {:<14} {:>10} {:>10} {:>9} {:>9}\n", route.name, first.provider,
                                  tokens(first.facts.context), tokens(first.facts.max_output),
                                  price_text(first.facts.price.input), price_text(first.facts.price.output)));
    }
    return kOk;
}

}  // namespace breakwater::app
