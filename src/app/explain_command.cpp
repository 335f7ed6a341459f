#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>

#include "breakwater/exchange/chat_operation.hpp"
#include "breakwater/gateway/route_plan.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "breakwater/routing/health_table.hpp"
#include "commands.hpp"

namespace breakwater::app {

namespace {

using nlohmann::ordered_json;

/// The text of the request, or nothing when its file cannot be read.
std::optional<std::string> read_request(const std::string& path) {
    if (path.empty()) return R"({"messages":[{"role":"user","content":"Hello"}]})";
    if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
    std::ifstream file(path, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(file), {});
    if (!file || file.bad()) return std::nullopt;
    return text;
}

/// What is no object is left to who reads requests, and says what is wrong with it.
void set_model(std::string& request, const std::string& model) {
    ordered_json body = ordered_json::parse(request, nullptr, false);
    if (!body.is_object()) return;
    body["model"] = model;
    request = body.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

Result<std::string> plan(const Snapshot& snapshot, std::string body, PlanBodies bodies) {
    JsonReader reader;
    ChatOperation operation(*find_ingress("openai.chat"));
    if (auto decoded = operation.decode(body, reader); !decoded) return std::unexpected(std::move(decoded.error()));
    Rng rng(std::random_device{}());
    return plan_route({.snapshot = snapshot,
                       .headers = {},
                       .key = nullptr,
                       .reader = reader,
                       .knowledge = HealthTable(),
                       .now = std::chrono::steady_clock::now(),
                       .wall_now = std::chrono::system_clock::now(),
                       .rng = rng},
                      operation, bodies);
}

}  // namespace

int explain(const ExplainOptions& options, const config::Environment& environment) {
    if (options.model.empty() && options.request.empty()) {
        fmt::print(stderr, "breakwater explain: give --model, a file with a request, or both.\n");
        return kUsage;
    }
    auto loaded = load_or_explain(options.config_path, environment);
    if (!loaded) return kBadConfig;
    auto snapshot = Snapshot::build(std::move(*loaded), 1);
    if (!snapshot) {
        fmt::print(stderr, "{}\n", snapshot.error());
        return kBadConfig;
    }
    std::optional<std::string> body = read_request(options.request);
    if (!body) {
        fmt::print(stderr, "breakwater: cannot read {}\n", options.request);
        return kFailure;
    }
    if (!options.model.empty()) set_model(*body, options.model);
    const auto made = plan(**snapshot, std::move(*body), options.all_bodies ? PlanBodies::all : PlanBodies::first);
    if (!made) {
        const Error& error = made.error();
        fmt::print(stderr, "breakwater: {} {}: {}\n", error.status(), error.code_or_default(), error.message);
        return kFailure;
    }
    fmt::print("{}", options.json ? *made + "\n" : plan_text(*made));
    return kOk;
}

}  // namespace breakwater::app
