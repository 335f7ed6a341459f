#pragma once

#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "breakwater/config/loader.hpp"

namespace breakwater::config::test {

inline std::optional<std::string> file_content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

/// The dialects of the real registry, which is a higher layer.
inline std::vector<DialectInfo> dialects() {
    return {{.name = "openai", .vendor = "openai", .key_variable = "OPENAI_API_KEY"},
            {.name = "openai.responses", .vendor = "openai", .key_variable = "OPENAI_API_KEY"},
            {.name = "anthropic", .vendor = "anthropic", .key_variable = "ANTHROPIC_API_KEY"},
            {.name = "bedrock", .vendor = "bedrock", .key_variable = "AWS_BEARER_TOKEN_BEDROCK", .aws = true},
            {.name = "cohere", .vendor = "cohere", .key_variable = "CO_API_KEY"},
            {.name = "google", .vendor = "google", .key_variable = "GEMINI_API_KEY"},
            {.name = "ollama", .needs_key = false},
            {.name = "sim", .needs_key = false},
            {.name = "vertex", .vendor = "google", .google = true, .vendors = {{"claude", "anthropic"}}}};
}

/// A catalogue that does not move with the market.
inline const Catalog& small_catalog() {
    static const Catalog catalog = Catalog::parse({{"acme", R"(
vendor: acme
models:
  - id: model-1
    name: Model 1
    context: 100000
    max_output: 5000
    input: [text]
    output: [text]
    price: { input: 1, output: 4 }
    features: { tools: native, reasoning: absent }
    parameters: { temperature: { max: 1 } }
)"},
                                                   {"openai", R"(
vendor: openai
models:
  - id: gpt-x
    name: GPT X
    context: 400000
    input: [text]
    output: [text]
    price: { input: 2, output: 8 }
  - id: shared
    name: Shared
    input: [text]
    output: [text]
  - id: embed-x
    name: Embed X
    mode: embedding
    input: [text]
)"},
                                                   {"anthropic", R"(
vendor: anthropic
models:
  - id: claude-x
    name: Claude X
    input: [text]
    output: [text]
  - id: shared
    name: Shared
    input: [text]
    output: [text]
)"},
                                                   {"bedrock", R"(
vendor: bedrock
models:
  - id: nova-x
    name: Nova X
    input: [text]
    output: [text]
)"},
                                                   {"groq", R"(
vendor: groq
models:
  - id: llama-x
    name: Llama X
    context: 131072
    input: [text]
    output: [text]
)"}})
                                       .value();
    return catalog;
}

/// Variables and files of a test; files that are not given are read from the disk.
struct TestWorld {
    std::map<std::string, std::string> variables{{"OPENAI_API_KEY", "sk-proj-0123456789"},
                                                 {"ANTHROPIC_API_KEY", "sk-ant-0123456789"},
                                                 {"EMPTY", ""},
                                                 {"HOME_DIR", "/home/canary"}};
    std::map<std::string, std::string> files{};
    /// What the simulator says of a model and its settings.
    std::function<std::optional<std::string>(std::string_view, std::string_view, const SimSettings&)> model_fault{};

    /// Refers to this object.
    [[nodiscard]] Environment environment() const {
        return {.variable = [this](const std::string& name) -> std::optional<std::string> {
                    const auto found = variables.find(name);
                    return found == variables.end() ? std::nullopt : std::optional(found->second);
                },
                .read_file = [this](const std::string& path) -> std::expected<std::string, std::string> {
                    if (const auto found = files.find(path); found != files.end()) return found->second;
                    auto content = file_content(path);
                    if (!content) return std::unexpected(std::string("No such file or directory"));
                    return *content;
                },
                .dialects = dialects(),
                .catalog = &small_catalog(),
                .model_fault = model_fault};
    }
};

/// `line:column: message; help: hint`, one per line.
inline std::string summary(const std::vector<Problem>& problems) {
    std::string text;
    for (const Problem& problem : problems) {
        text += std::to_string(problem.mark.line) + ":" + std::to_string(problem.mark.column) + ": " + problem.message;
        if (!problem.hint.empty()) text += "; help: " + problem.hint;
        text += '\n';
    }
    return text;
}

/// Loads `text`; on problems the test that asked fails with them and gets an empty configuration.
inline std::expected<Config, std::string> load(std::string_view text, const TestWorld& world = {}) {
    auto config = load_text(text, "/etc/breakwater/test.yaml", world.environment());
    if (!config) return std::unexpected(summary(config.error()));
    return std::move(*config);
}

}  // namespace breakwater::config::test
