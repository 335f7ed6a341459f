#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/secret.hpp"
#include "breakwater/catalog/model.hpp"
#include "breakwater/config/constraints.hpp"
#include "breakwater/config/quirks.hpp"

namespace breakwater::config {

using std::chrono::milliseconds;

/// Where a value stands in the file; 1-based. Kept with what later checks may complain about.
struct Mark {
    int line = 0;
    int column = 0;
};

struct Address {
    std::string host = "127.0.0.1";  ///< an IP literal, or localhost
    std::uint16_t port = 0;          ///< 0: the kernel chooses
};

struct Limits {
    std::size_t body_bytes = 32u << 20;
    std::size_t header_bytes = 64u << 10;
    std::size_t headers = 100;
    std::size_t json_depth = 64;
    std::size_t connections = 10'000;           ///< client connections per process; more are answered 503 and closed
    std::optional<std::size_t> memory_bytes{};  ///< of the process; 0: it is not watched; none: its container's limit
};

struct ServerTimeouts {
    milliseconds header{10'000};  ///< from the first byte of a request head to its end
    milliseconds body{30'000};    ///< from the end of the head to the end of the body
    milliseconds idle{75'000};    ///< keep-alive connection without a request
    milliseconds write{60'000};   ///< one write to a client that does not read
    milliseconds drain{600'000};  ///< after SIGTERM, for running requests
    milliseconds ping{15'000};    ///< silence after which a stream gets a comment
};

struct TlsServer {
    std::string certificate_file{};
    std::string key_file{};
};

enum class HalfClose : std::uint8_t { cancel, answer };
enum class TracePropagation : std::uint8_t { none, self_hosted, all };
enum class LogFormat : std::uint8_t { automatic, json, text };

/// Whether, and from where, images and files are fetched that clients name by address.
struct Media {
    bool fetch = false;
    std::vector<std::string> hosts{};          ///< only these; empty = any on the public internet
    std::vector<std::string> private_hosts{};  ///< host or host:port; need not be on the public internet
    std::string ca_file{};                     ///< PEM bundle that vouches for `private_hosts`
    std::size_t bytes = 10u << 20;             ///< of all that one request names
    milliseconds timeout{5'000};               ///< for each
};

/// Which pages of other origins a browser may let use the gateway.
struct Cors {
    std::vector<std::string> origins{};  ///< "https://app.example.com", or one "*" for all; empty = none
    milliseconds max_age{600'000};       ///< how long a browser may remember what it was allowed
};

/// What holds of a realtime session from its first event on.
struct Realtime {
    milliseconds idle{600'000};  ///< without a message from either side
    milliseconds session{3'600'000};
    std::size_t message = 16u << 20;  ///< largest message of either side, in bytes
};

/// Where spans go: a collector of OpenTelemetry's protocol over HTTP, in JSON.
struct TraceExport {
    std::string endpoint{};  ///< base URL; empty: nowhere
    /// Of every request to it; the values may be secrets.
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string ca_file{};               ///< PEM bundle instead of the system's
    double sample = 1;                   ///< share (0..1) of the traces that begin here
    std::string service = "breakwater";  ///< `service.name`
    std::size_t queue = 2048;            ///< spans of a worker that wait; more are dropped
    milliseconds timeout{10'000};        ///< for one request to the collector
};

struct Trace {
    TracePropagation propagate = TracePropagation::none;
    TraceExport otlp{};

    [[nodiscard]] bool exports() const noexcept { return !otlp.endpoint.empty(); }
    [[nodiscard]] bool enabled() const noexcept { return exports() || propagate != TracePropagation::none; }
};

struct Server {
    Address listen{"127.0.0.1", 8080};
    std::optional<Address> admin{Address{"127.0.0.1", 9090}};
    std::optional<int> workers{};  ///< nullopt = auto
    Limits limits{};
    ServerTimeouts timeouts{};
    HalfClose half_close = HalfClose::cancel;
    LogFormat log = LogFormat::automatic;
    std::optional<TlsServer> tls{};
    Media media{};
    Cors cors{};
    Realtime realtime{};
    Trace trace{};
};

/// A client key: only its SHA-256 digest is known.
struct ClientKey {
    std::string name{};
    std::string sha256{};               ///< 64 hex digits, lower case
    std::vector<std::string> routes{};  ///< empty = all
    /// Whose API it may reach past the routes; without a value: of all providers that allow it, or of none where routes
    /// or constraints bind the key.
    std::optional<std::vector<std::string>> providers{};
    bool enabled = true;
    Constraints constraints{};  ///< narrow those of every route that the key uses
    Mark mark{};
};

/// Latency and failures of a `sim` provider; also the settings of a sim model name ("sim/chat:tokens=50,gap=20ms").
struct SimSettings {
    milliseconds first_token_p50{0};
    milliseconds first_token_p95{0};  ///< 0: no spread
    milliseconds gap_p50{0};
    milliseconds gap_p95{0};
    double fail = 0;  ///< share of requests (0..1) that get `fail_with`
    std::string fail_with = "status-503";
    std::optional<int> tokens{};
    std::uint64_t seed = 1;
};

/// What requests to AWS are signed with.
struct AwsKeys {
    Secret access_key_id{};
    Secret secret_access_key{};
    Secret session_token{};  ///< of temporary keys, or empty
};

/// Where AWS serves the models, and where the keys come from: the file itself, a profile, or a role.
struct AwsSettings {
    std::string region{};
    AwsKeys keys{};                  ///< of the file, or of the profile when it was loaded
    std::string credentials_file{};  ///< shared credentials file, or empty
    std::string profile{};           ///< in that file
    std::string role_arn{};          ///< assumed with the token in `web_identity_token_file`; or empty
    std::string web_identity_token_file{};
};

/// What a Google credentials file holds: the key of a service account, or what a user's log-in left behind.
struct GoogleAccount {
    enum class Kind : std::uint8_t { none, service_account, authorized_user };
    Kind kind = Kind::none;
    std::string client{};    ///< the account's e-mail address, or the client id of the user's log-in
    std::string key_id{};    ///< of `private_key`
    Secret private_key{};    ///< PEM, of a service account
    Secret client_secret{};  ///< of a user's log-in, as the next one
    Secret refresh_token{};
    std::string token_url{};  ///< as the file says, or empty
    std::string project{};    ///< whose account it is, or whom a user's requests are billed to; or empty
};

/// Where Vertex AI serves the models, and as whom.
struct GoogleSettings {
    std::string project{};  ///< empty with an API key (express mode)
    std::string location{};
    GoogleAccount account{};
    std::string account_file{};  ///< where `account` stands, or empty
};

/// An application that is registered with Microsoft Entra; `client_id` is empty when there is none.
struct EntraSettings {
    std::string tenant_id{};
    std::string client_id{};
    Secret client_secret{};
    std::string secret_file{};  ///< where `client_secret` stands, or empty
    std::string scope{};        ///< what the token is for; empty: Azure's cognitive services
};

/// One of several keys of a provider.
struct PoolKey {
    Secret key{};
    std::uint32_t weight = 1;
};

/// What clients may reach of a provider's API past the routes.
enum class Passthrough : std::uint8_t {
    off,
    files,  ///< files and batches, in the words of the dialect
    all,    ///< those, and everything below the provider's address
};

struct Provider {
    std::string name{};
    std::string dialect{};        ///< openai, anthropic, sim ...
    std::string preset{};         ///< who speaks another vendor's dialect, by name or by address; or empty
    std::string base_url{};       ///< the preset's filled in; empty = the dialect's own
    std::string api_version{};    ///< Azure: the version of its API, or empty
    std::string catalog{};        ///< catalogue file with the facts of its models; the preset's filled in
    Quirks quirks{};              ///< the preset's under the file's own
    Capabilities capabilities{};  ///< of the server: the preset's under the file's own
    Secret api_key{};
    std::string api_key_file{};                                  ///< where `api_key` was read; or empty
    std::vector<PoolKey> api_keys{};                             ///< instead of `api_key`
    std::string token_url{};                                     ///< who gives access tokens; empty: the vendor's own
    std::vector<std::pair<std::string, std::string>> headers{};  ///< added to every upstream request
    std::string ca_file{};                                       ///< PEM bundle instead of the system's
    bool insecure_skip_verify = false;
    Passthrough passthrough = Passthrough::off;
    SimSettings sim{};
    AwsSettings aws{};
    GoogleSettings google{};
    EntraSettings entra{};
    Mark mark{};
};

/// Bounds of a concurrency limit that adapts.
struct AdaptiveConcurrency {
    std::uint32_t least = 1;
    std::uint32_t most = 1000;
};

struct Deployment {
    std::string name{};
    std::string provider{};
    std::string model{};  ///< upstream name
    std::string like{};   ///< catalogue reference, or empty
    std::string api{};    ///< which of the dialect's APIs serves it (DialectInfo::apis); empty: as the request needs
    std::optional<std::int64_t> context{};
    std::optional<std::int64_t> max_output{};
    std::optional<std::uint32_t> concurrency{};                 ///< most attempts at a time
    std::optional<AdaptiveConcurrency> adaptive_concurrency{};  ///< instead: found out
    Price price{};                                              ///< only what the file overrides
    Capabilities capabilities{};                                ///< only what the file overrides
    ModelFacts facts{};  ///< resolved: catalogue entry (own, or `like`) under the overrides
    bool known = false;  ///< the catalogue had an entry
    std::vector<std::string> tags{};
    std::string region{};
    std::vector<std::pair<std::string, double>> quality{};  ///< the operator's scores, by name
    Mark mark{};
};

enum class AfterCommit : std::uint8_t { error, resume, restart, hold };  // `resume` is `continue` in YAML
enum class AdaptMode : std::uint8_t { strict, adapt, drop };

struct AttemptTimeouts {
    milliseconds connect{5'000};
    milliseconds head{60'000};
    milliseconds first_token{120'000};
    milliseconds gap{120'000};
    milliseconds total{600'000};
};

struct Retry {
    int attempts = 3;                     ///< in all, the first one included
    int same = 1;                         ///< more tries on the same deployment for likely transient failures
    double budget = 0.20;                 ///< share of traffic that may be retries
    double budget_floor_per_second = 10;  ///< retries that are always allowed
    milliseconds backoff_min{100};
    milliseconds backoff_max{8'000};
    milliseconds retry_after_max{60'000};  ///< a longer Retry-After is not waited for
};

/// When a deployment that fails is left alone for a while.
struct Breaker {
    bool enabled = true;
    double errors = 0.5;  ///< share of the attempts within `window` that opens the circuit
    milliseconds window{30'000};
    int min_requests = 5;             ///< fewer attempts within the window say nothing
    int consecutive = 5;              ///< failures in a row that open it however few attempts there are
    milliseconds probe_after{5'000};  ///< pause before one request tries the deployment again, with up to 20% jitter
};

/// When a second attempt is started before the first has failed.
struct Hedge {
    bool enabled = false;                  ///< off until asked for: a hedge costs money
    std::optional<milliseconds> after{};   ///< first content later than this; nullopt: than the live p95
    double budget = 0.05;                  ///< share of traffic that may be hedged
    double budget_floor_per_second = 0.1;  ///< hedges that are always allowed
    std::optional<double> max_cost_usd{};  ///< requests whose prompt costs more are not sent twice
};

/// Where requests wait while every candidate is at its concurrency limit.
struct Queue {
    bool enabled = false;
    std::uint32_t size = 100;  ///< requests of the whole process
    milliseconds wait{5'000};  ///< for a place; the request's own deadline may be sooner
};

/// When a deployment whose latency is far less steady than its peers' on the route is put aside for a while.
struct Outliers {
    bool enabled = false;
    double spread = 3;           ///< times as far from p50 to p95 as the peers'
    double share = 0.5;          ///< most of the route's deployments that are aside at a time
    milliseconds aside{30'000};  ///< for how long, doubled each time in a row
};

/// What a route decides, with every default filled in.
struct Policies {
    AttemptTimeouts timeouts{};
    Retry retry{};
    Breaker breaker{};
    Hedge hedge{};
    Queue queue{};
    Outliers outliers{};
    std::vector<AfterCommit> after_commit{AfterCommit::error};
    AdaptMode adapt = AdaptMode::adapt;
    Constraints constraints{};
    Preference prefer{};
    std::optional<bool> affinity{};  ///< conversations keep their deployment; unset: when `prefer` is cost
};

struct Route {
    std::string name{};
    std::vector<std::string> candidates{};   ///< deployments or routes, as written
    std::vector<std::size_t> deployments{};  ///< resolved, in order, without repeats: indexes into Config::deployments
    std::vector<std::pair<std::string, double>> weights{};  ///< shares of candidates for `prefer: weighted`, as written
    Policies policies{};
    Mark mark{};
};

/// Answers of the Responses API that are kept, so that a later request can go on from them. Bounded in every way; the
/// oldest go first.
struct ResponseStore {
    bool enabled = true;
    std::int64_t count = 10'000;
    std::size_t bytes = 64u << 20;
    milliseconds age{24 * 60 * 60'000};
    std::string file{};  ///< SQLite database that keeps them over a restart; empty: kept in memory
};

/// The whole configuration: valid, every reference resolved, every default filled in. Immutable after load.
struct Config {
    Server server{};
    bool keys_open = true;  ///< keys: none
    std::vector<ClientKey> keys{};
    std::vector<Provider> providers{};
    std::vector<Deployment> deployments{};
    std::vector<Route> routes{};  ///< explicit ones, then one for each deployment whose name no route took
    Policies defaults{};
    ResponseStore responses{};
    std::string path{};                   ///< empty = embedded default
    std::vector<std::string> warnings{};  ///< `file:line:column: message`: no problems, but likely mistakes
    std::vector<std::string> files{};     ///< the YAML and every file: reference, to watch for changes

    [[nodiscard]] const Provider* provider(std::string_view name) const noexcept;
    [[nodiscard]] const Route* route(std::string_view name) const noexcept;
};

}  // namespace breakwater::config
