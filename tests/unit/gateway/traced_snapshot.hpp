#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "breakwater/config/loader.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater::test {

/// A snapshot with a vendor, a server of one's own and simulated models, whose `server.trace` is `trace`, in YAML.
inline std::shared_ptr<const Snapshot> traced_snapshot(const std::string& trace) {
    const std::string text = "version: 1\nserver: { trace: " + trace + " }\n" + R"(
providers:
  vendor: { dialect: anthropic, api_key: some-key-0123456789 }
  own: { dialect: openai, base_url: "http://vllm:8000/v1" }
  sim: { dialect: sim }
deployments:
  claude: { provider: vendor, model: claude-sonnet-4-5 }
  llama: { provider: own, model: llama-3.3-70b }
  mistral: { provider: own, model: mistral-small }
)";
    auto config = config::load_text(text, "test.yaml", config::real_environment(dialect_infos()));
    if (!config) throw std::runtime_error("the configuration of a test has problems");
    auto snapshot = Snapshot::build(std::move(*config), 1);
    if (!snapshot) throw std::runtime_error(snapshot.error());
    return std::move(*snapshot);
}

}  // namespace breakwater::test
