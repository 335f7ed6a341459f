#include "breakwater/bench/options.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "request_bytes.hpp"

namespace breakwater::bench {

namespace {

constexpr std::size_t kConnectionsMax = 1'000'000;
constexpr double kRateMax = 1e6;
constexpr double kRateMin = 1e-3;
constexpr std::size_t kBodyBytesMax = 256u << 20;
constexpr std::chrono::hours kDurationMax{24 * 7};
constexpr std::chrono::seconds kDurationDefault{10};

std::unexpected<Error> wrong(std::string message) {
    return fail(ErrorKind::invalid_request, std::move(message));
}

bool has_blank_or_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; });
}

Result<void> check_url(const Options& options) {
    if (has_blank_or_control(options.url) || has_blank_or_control(options.path))
        return wrong("URL and --path take no blanks and control characters.");
    // A key in a URL ends up in shell histories and in the report.
    if (options.url.find('@') != std::string::npos) return wrong("The URL takes no user and password: use --key-env.");
    if (options.url.find_first_of("?#") != std::string::npos)
        return wrong("The URL takes no query and no fragment; a query can be part of --path.");
    if (!options.path.empty() && !options.path.starts_with('/'))
        return wrong("--path begins with a slash, or is empty.");
    return {};
}

Result<void> check_numbers(const Options& options) {
    if (options.connections < 1 || options.connections > kConnectionsMax)
        return wrong("--connections takes 1 to " + std::to_string(kConnectionsMax) + ".");
    if (options.rate && !(*options.rate >= kRateMin && *options.rate <= kRateMax))
        return wrong("--rate takes 0.001 to 1000000 requests per second.");
    if (options.requests == 0) return wrong("--requests takes a number from 1.");
    if (options.body_bytes > kBodyBytesMax)
        return wrong("--body-bytes takes at most " + std::to_string(kBodyBytesMax) + ".");
    if (options.duration && (*options.duration <= Duration::zero() || *options.duration > kDurationMax))
        return wrong("--duration takes more than 0 and at most 168h.");
    if (options.warmup > kDurationMax) return wrong("--warmup takes at most 168h.");
    if (options.timeout <= Duration::zero() || options.timeout > kDurationMax)
        return wrong("--timeout takes more than 0 and at most 168h.");
    if (options.pace == Duration::zero()) return wrong("--pace takes more than 0.");
    return {};
}

Result<void> check_together(const Options& options) {
    if (options.body && options.body_bytes > 0) return wrong("--body and --body-bytes exclude each other.");
    if (options.hold && !options.stream) return wrong("--hold needs --stream.");
    if (options.hold && options.requests) return wrong("--hold and --requests exclude each other.");
    if (options.pace && !options.stream) return wrong("--pace needs --stream.");
    return {};
}

/// A body of the user's must be of the kind that the answers are read as.
Result<void> take_body(std::string_view body, Plan& plan) {
    auto root = shared_json_reader().parse(body);
    if (!root || !root->is_object()) return wrong("--body names a file with a JSON object.");
    if (get_bool(*root, "stream").value_or(false) != plan.stream)
        return wrong(plan.stream ? R"(--stream needs "stream": true in the file of --body.)"
                                 : R"(The file of --body has "stream": true: add --stream.)");
    plan.model = get_string(*root, "model").value_or(plan.model);
    return {};
}

}  // namespace

Result<Plan> make_plan(const Options& options) {
    for (const auto check : {check_url, check_numbers, check_together}) {
        if (auto fine = check(options); !fine) return std::unexpected(std::move(fine.error()));
    }
    auto endpoint = make_endpoint("bench", options.url, {.ca_file = {}, .insecure_skip_verify = options.insecure});
    if (!endpoint) return std::unexpected(std::move(endpoint.error()));

    Plan plan;
    plan.model = options.model;
    plan.stream = options.stream;
    plan.hold = options.hold;
    plan.connections = options.connections;
    plan.rate = options.rate;
    plan.duration = options.duration;
    if (!plan.duration && !options.requests) plan.duration = kDurationDefault;
    plan.requests = options.requests;
    plan.warmup = std::max(options.warmup, Duration::zero());
    plan.timeout = options.timeout;
    plan.pace = options.pace;
    if (options.body) {
        if (auto taken = take_body(*options.body, plan); !taken) return std::unexpected(std::move(taken.error()));
    }
    const std::string target = endpoint->path_prefix + options.path;
    plan.url = (endpoint->tls ? "https://" : "http://") + endpoint->host_header + target;
    auto request = make_request(endpoint->host_header, target.empty() ? "/" : target, options);
    if (!request) return std::unexpected(std::move(request.error()));
    plan.request = std::move(*request);
    plan.endpoint = std::move(*endpoint);
    return plan;
}

Result<Duration> parse_duration(std::string_view text) {
    struct Unit {
        std::string_view name;
        double nanoseconds;
    };
    constexpr std::array<Unit, 5> kUnits{{{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};
    constexpr double kNanosecondsMax = 9e18;  // what a Duration holds

    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto number = parse_double(text.substr(0, digits));
    const std::string_view unit = text.substr(digits);
    if (number == 0.0 && unit.empty()) return Duration::zero();
    const auto* known = std::ranges::find(kUnits, unit, &Unit::name);
    if (!number || known == kUnits.end() || *number * known->nanoseconds > kNanosecondsMax)
        return wrong("A time is a number and a unit of us, ms, s, m or h, for example 10s or 250ms, not \"" +
                     std::string(text) + "\".");
    return Duration(std::llround(*number * known->nanoseconds));
}

}  // namespace breakwater::bench
