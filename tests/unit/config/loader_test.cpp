#include <gtest/gtest.h>

#include <filesystem>

#include "test_environment.hpp"

namespace breakwater::config {
namespace {

using std::chrono::milliseconds;
using test::load;
using test::TestWorld;

TEST(Loader, FillsEveryDefault) {
    const auto config = load("version: 1\nproviders:\n  sim: { dialect: sim }\n");

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_EQ(config->server.listen.host, "127.0.0.1");
    EXPECT_EQ(config->server.listen.port, 8080);
    ASSERT_TRUE(config->server.admin.has_value());
    EXPECT_EQ(config->server.admin->port, 9090);
    EXPECT_FALSE(config->server.workers.has_value());
    EXPECT_TRUE(config->keys_open);
    EXPECT_EQ(config->providers.at(0).sim.fail_with, "status-503");
}

TEST(Loader, ReadsEveryServerKey) {
    const auto config = load(R"(
version: 1
server:
  listen: "[::1]:1"
  admin: off
  workers: 3
  limits: { body: 1MB, header: 2k, headers: 11, json_depth: 12, connections: 13 }
  timeouts: { header: 1s, body: 2s, idle: 3s, write: 4s, drain: 5s, ping: 6s }
  half_close: answer
  log: json
  trace: { propagate: none }
  tls: { certificate: cert.pem, key: /keys/key.pem }
providers: { sim: { dialect: sim } }
)",
                             TestWorld{.files = {{"/etc/breakwater/cert.pem", "-----BEGIN CERTIFICATE-----\n"},
                                                 {"/keys/key.pem", "-----BEGIN PRIVATE KEY-----\n"}}});

    ASSERT_TRUE(config.has_value()) << config.error();
    const Server& server = config->server;
    EXPECT_EQ(server.listen.host, "::1");
    EXPECT_EQ(server.listen.port, 1);
    EXPECT_FALSE(server.admin.has_value());
    EXPECT_EQ(server.workers, 3);
    EXPECT_EQ(server.limits.body_bytes, 1u << 20);
    EXPECT_EQ(server.limits.header_bytes, 2048u);
    EXPECT_EQ(server.limits.headers, 11u);
    EXPECT_EQ(server.limits.json_depth, 12u);
    EXPECT_EQ(server.limits.connections, 13u);
    EXPECT_EQ(server.timeouts.header, milliseconds(1000));
    EXPECT_EQ(server.timeouts.body, milliseconds(2000));
    EXPECT_EQ(server.timeouts.idle, milliseconds(3000));
    EXPECT_EQ(server.timeouts.write, milliseconds(4000));
    EXPECT_EQ(server.timeouts.drain, milliseconds(5000));
    EXPECT_EQ(server.timeouts.ping, milliseconds(6000));
    EXPECT_EQ(server.half_close, HalfClose::answer);
    EXPECT_EQ(server.log, LogFormat::json);
    ASSERT_TRUE(server.tls.has_value());
    EXPECT_EQ(server.tls->certificate_file, "/etc/breakwater/cert.pem");
    EXPECT_EQ(server.tls->key_file, "/keys/key.pem");
    EXPECT_EQ(config->files, (std::vector<std::string>{"/etc/breakwater/cert.pem", "/keys/key.pem"}));
}

TEST(Loader, ReadsWhereSpansGo) {
    const auto config = load(R"(
version: 1
server:
  trace:
    propagate: self_hosted
    otlp:
      endpoint: https://collector.example.com/otlp/
      headers: { authorization: "Basic abc", x-team: 7 }
      ca_file: ca.pem
      sample: 12.5%
      service: edge
      queue: 300
      timeout: 3s
providers: { sim: { dialect: sim } }
)",
                             TestWorld{.files = {{"/etc/breakwater/ca.pem", "-----BEGIN CERTIFICATE-----\n"}}});

    ASSERT_TRUE(config.has_value()) << config.error();
    const Trace& trace = config->server.trace;
    EXPECT_EQ(trace.propagate, TracePropagation::self_hosted);
    EXPECT_TRUE(trace.exports() && trace.enabled());
    EXPECT_EQ(trace.otlp.endpoint, "https://collector.example.com/otlp");
    EXPECT_EQ(trace.otlp.headers,
              (std::vector<std::pair<std::string, std::string>>{{"authorization", "Basic abc"}, {"x-team", "7"}}));
    EXPECT_EQ(trace.otlp.ca_file, "/etc/breakwater/ca.pem");
    EXPECT_DOUBLE_EQ(trace.otlp.sample, 0.125);
    EXPECT_EQ(trace.otlp.service, "edge");
    EXPECT_EQ(trace.otlp.queue, 300u);
    EXPECT_EQ(trace.otlp.timeout, milliseconds(3000));
    const auto plain = load("version: 1\nproviders: { sim: { dialect: sim } }\n", TestWorld{});
    ASSERT_TRUE(plain.has_value()) << plain.error();
    EXPECT_FALSE(plain->server.trace.enabled());
}

TEST(Loader, ReadsProvidersWithTheirCredentials) {
    const auto config = load(R"(
version: 1
providers:
  openai: { dialect: openai, api_key: "${OPENAI_API_KEY}" }
  filed: { dialect: anthropic, api_key: "file:keys/anthropic" }
  local:
    dialect: openai
    base_url: http://127.0.0.1:8000/v1/
    headers: { X-Team: blue, X-Count: 7 }
    ca_file: ca.pem
    insecure_skip_verify: true
  chaos: { dialect: sim, first_token: { p50: 300ms, p95: 900ms }, gap: 20ms, fail: 20%, fail_with: refused, tokens: 50, seed: 7 }
)",
                             TestWorld{.files = {{"/etc/breakwater/keys/anthropic", "sk-ant-from-file\n"},
                                                 {"/etc/breakwater/ca.pem", "-----BEGIN CERTIFICATE-----\n"}}});

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_EQ(config->provider("openai")->api_key.reveal(), "sk-proj-0123456789");
    EXPECT_EQ(config->provider("filed")->api_key.reveal(), "sk-ant-from-file");
    const Provider& local = *config->provider("local");
    EXPECT_TRUE(local.api_key.empty());
    EXPECT_EQ(local.base_url, "http://127.0.0.1:8000/v1");
    EXPECT_EQ(local.headers, (std::vector<std::pair<std::string, std::string>>{{"X-Team", "blue"}, {"X-Count", "7"}}));
    EXPECT_EQ(local.ca_file, "/etc/breakwater/ca.pem");
    EXPECT_TRUE(local.insecure_skip_verify);
    const SimSettings& sim = config->provider("chaos")->sim;
    EXPECT_EQ(sim.first_token_p50, milliseconds(300));
    EXPECT_EQ(sim.first_token_p95, milliseconds(900));
    EXPECT_EQ(sim.gap_p50, milliseconds(20));
    EXPECT_EQ(sim.gap_p95, milliseconds(0));
    EXPECT_DOUBLE_EQ(sim.fail, 0.2);
    EXPECT_EQ(sim.fail_with, "refused");
    EXPECT_EQ(sim.tokens, 50);
    EXPECT_EQ(sim.seed, 7u);
}

TEST(Loader, ReadsClientKeys) {
    const std::string digest(64, 'A');
    const auto config = load(
        "version: 1\nserver: { listen: \":80\" }\nproviders: { sim: { dialect: sim } }\nkeys:\n"
        "  - { name: a, sha256: \"" +
        digest +
        "\", routes: [r, sim/chat], enabled: false }\n"
        "deployments: { r: { provider: sim, model: chat } }\n");

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_FALSE(config->keys_open);
    ASSERT_EQ(config->keys.size(), 1u);
    EXPECT_EQ(config->keys[0].name, "a");
    EXPECT_EQ(config->keys[0].sha256, std::string(64, 'a'));
    EXPECT_EQ(config->keys[0].routes, (std::vector<std::string>{"r", "sim/chat"}));
    EXPECT_FALSE(config->keys[0].enabled);
}

TEST(Loader, LetsEverybodyInOnEveryAddressOnlyWhenTheFileSaysSo) {
    EXPECT_FALSE(load("version: 1\nserver: { listen: \":80\" }\nproviders: { sim: { dialect: sim } }\n").has_value());
    EXPECT_FALSE(load("version: 1\nkeys: none\nserver: { listen: \":80\" }\nproviders: { sim: { dialect: sim } }\n")
                     .has_value());

    const auto config =
        load("version: 1\nkeys: open\nserver: { listen: \":80\" }\nproviders: { sim: { dialect: sim } }\n");

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_TRUE(config->keys_open);
}

TEST(Loader, AcceptsByteOrderMarkAndWindowsLineEnds) {
    const auto config = load("\xEF\xBB\xBFversion: 1\r\nproviders:\r\n  sim:\r\n    dialect: sim\r\n");

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_EQ(config->providers.at(0).dialect, "sim");
}

TEST(Loader, TakesCommentedOutMapsForAbsentOnes) {
    const auto config = load("version: 1\nserver:\n  # listen: :1\nproviders: { sim: { dialect: sim } }\nroutes:\n");

    EXPECT_TRUE(config.has_value()) << config.error();
}

TEST(Loader, SharesPoliciesThroughAliases) {
    const auto config = load(R"(
version: 1
providers: { sim: { dialect: sim } }
deployments: { a: { provider: sim, model: chat } }
routes:
  one: { candidates: [a], retry: &patient { attempts: 9, budget: "${SHARE:-30%}" } }
  two: { candidates: [a], retry: *patient }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_EQ(config->route("two")->policies.retry.attempts, 9);
    EXPECT_DOUBLE_EQ(config->route("two")->policies.retry.budget, 0.3);
}

TEST(Loader, SaysWhyAFileCannotBeRead) {
    const auto config = load_file("/no/such/file.yaml", TestWorld{}.environment());

    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(to_string(config.error().front()),
              "/no/such/file.yaml: the file cannot be read: No such file or directory\n  help: check the path and who "
              "may read it\n");
}

TEST(Loader, RefusesAFileThatIsTooLarge) {
    const auto config = load_text(std::string((1u << 20) + 1, '#'), "t.yaml", TestWorld{}.environment());

    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().front().message, "the file is larger than 1 MiB");
}

TEST(Loader, LoadsAllGoodFiles) {
    TestWorld world;
    world.variables["PORT"] = "8181";
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(BREAKWATER_FIXTURES) + "/config/good")) {
        if (entry.path().extension() != ".yaml") continue;
        const auto config = load_file(entry.path().string(), world.environment());
        EXPECT_TRUE(config.has_value()) << entry.path() << "\n" << (config ? "" : test::summary(config.error()));
        ++files;
    }
    EXPECT_GE(files, 5);
}

TEST(Loader, LoadsTheShippedExamplesWithTheShippedCatalogue) {
    const TestWorld world;
    Environment environment = world.environment();
    environment.catalog = &Catalog::builtin();
    for (const char* name : {"minimal.yaml", "breakwater.example.yaml"}) {
        const auto config = load_file(std::string(BREAKWATER_SOURCE_DIR) + "/config/" + name, environment);
        ASSERT_TRUE(config.has_value()) << test::summary(config.error());
        const Deployment& gpt = config->deployments.at(0);
        EXPECT_EQ(gpt.model, "gpt-5-mini");
        EXPECT_TRUE(gpt.known) << "an example names a model that the catalogue does not have";
    }
}

}  // namespace
}  // namespace breakwater::config
