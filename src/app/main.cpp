#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "bench_command.hpp"
#include "breakwater/providers/provider.hpp"
#include "breakwater/providers/sim.hpp"
#include "commands.hpp"

namespace {

using namespace breakwater;

constexpr const char* kFooter =
    "Without --config the embedded default serves: models `sim/...` with no key, and every vendor whose\n"
    "usual environment variable (OPENAI_API_KEY, ANTHROPIC_API_KEY ...) is set.\n\n"
    "Exit codes: 0 success, 1 failure, 2 wrong usage, 78 a configuration with problems.";

// The names of simulated models say what they do, so the simulator knows which there are.
std::optional<std::string> simulation_fault(std::string_view dialect, std::string_view model,
                                            const config::SimSettings& settings) {
    if (dialect != "sim") return std::nullopt;
    const auto known = check_sim_model(model, settings);
    return known ? std::nullopt : std::optional(known.error().message);
}

int run(int argc, char** argv) {
    CLI::App app("Breakwater: one predictable OpenAI-compatible endpoint in front of many model providers.",
                 "breakwater");
    app.footer(kFooter);
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string(BREAKWATER_VERSION));

    std::string config_path;
    CLI::App* serve =
        app.add_subcommand("serve", "Run the gateway. SIGHUP reloads the configuration, SIGTERM drains and ends.");
    serve->add_option("-c,--config", config_path, "Configuration file (YAML)")->envname("BREAKWATER_CONFIG");

    std::string check_path;
    CLI::App* check = app.add_subcommand("check", "Check a configuration file and list all of its problems.");
    check->add_option("file", check_path, "Configuration file (YAML)")->required();

    CLI::App* schema = app.add_subcommand("schema", "Print the JSON Schema of the configuration file.");
    CLI::App* reference = app.add_subcommand("reference", "Print the reference of all configuration keys as Markdown.");

    bool json = false;
    std::string models_path;
    CLI::App* models =
        app.add_subcommand("models", "List the models that a configuration serves, with limits and prices.");
    models->add_option("-c,--config", models_path, "Configuration file (YAML)")->envname("BREAKWATER_CONFIG");
    models->add_flag("--json", json, "As JSON, like GET /v1/models");

    app::ExplainOptions explained;
    CLI::App* explain = app.add_subcommand(
        "explain", "Say where a chat request would go, why, and what would be sent, without sending it.");
    explain->add_option("-c,--config", explained.config_path, "Configuration file (YAML)")
        ->envname("BREAKWATER_CONFIG");
    explain->add_option("-m,--model", explained.model, "Model, instead of the request's own");
    explain->add_option("request", explained.request,
                        "File with the body of a chat completion; - for standard input; none: a short question");
    explain->add_flag("--all-bodies", explained.all_bodies, "The upstream body for each candidate, not only the first");
    explain->add_flag("--json", explained.json, "As JSON, like POST /v1/route");

    CLI::App* keys = app.add_subcommand("keys", "Client keys.");
    keys->require_subcommand(1);
    CLI::App* keys_new =
        keys->add_subcommand("new", "Make a client key: prints the key, once, and its line for the configuration.");
    std::string key_name = "client";
    keys_new->add_option("name", key_name, "Name of the key in configuration and log");

    std::string admin = "127.0.0.1:9090";
    CLI::App* health =
        app.add_subcommand("healthcheck", "Ask a running gateway whether it is ready; exit code 0 when it is.");
    health->add_option("--admin", admin, "Address of its administration listener")
        ->envname("BREAKWATER_ADMIN")
        ->capture_default_str();

    const app::BenchCommand bench(app);

    CLI::App* version = app.add_subcommand("version", "Print versions of the program and of what it was built with.");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? app::kOk : app::kUsage;
    }

    if (version->parsed()) return app::version();
    if (bench.parsed()) return bench.run();
    if (keys_new->parsed()) return app::new_key(key_name);
    if (health->parsed()) return app::healthcheck(admin);
    config::Environment environment = config::real_environment(dialect_infos());
    environment.model_fault = simulation_fault;
    if (serve->parsed()) return app::serve(config_path, environment);
    if (check->parsed()) return app::check(check_path, environment);
    if (schema->parsed()) return app::schema(environment);
    if (reference->parsed()) return app::reference(environment);
    if (models->parsed()) return app::models(models_path, json, environment);
    if (explain->parsed()) return app::explain(explained, environment);
    return app::kUsage;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& exception) {
        std::cerr << "breakwater: " << exception.what() << "\n";
        return breakwater::app::kFailure;
    }
}
