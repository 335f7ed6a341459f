#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "config/key_spec.hpp"
#include "config/value_types.hpp"
#include "test_environment.hpp"

namespace breakwater::config {
namespace {

/// Holds a file of the project equal to what the table of keys says; BREAKWATER_REGENERATE=1 writes it instead.
void expect_generated(const std::string& name, const std::string& text) {
    const std::string path = std::string(BREAKWATER_SOURCE_DIR) + "/" + name;
    if (std::getenv("BREAKWATER_REGENERATE") != nullptr) std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(test::file_content(path).value_or("(no file)"), text)
        << name << " is out of date: run this test with BREAKWATER_REGENERATE=1";
}

TEST(GeneratedFiles, ReferenceIsWhatTheTableSays) {
    expect_generated("docs/configuration.md", reference_markdown(test::TestWorld{}.environment()));
}

TEST(GeneratedFiles, SchemaIsWhatTheTableSays) {
    expect_generated("config/breakwater.schema.json", json_schema(test::TestWorld{}.environment()));
}

TEST(Schema, RefusesUnknownKeysEverywhere) {
    const auto schema = nlohmann::json::parse(json_schema(test::TestWorld{}.environment()));

    EXPECT_EQ(schema.at("additionalProperties"), false);
    EXPECT_EQ(schema.at("required"), nlohmann::json::array({"version", "providers"}));
    const auto& route = schema.at("properties").at("routes").at("patternProperties").begin().value();
    EXPECT_EQ(route.at("additionalProperties"), false);
    EXPECT_TRUE(route.at("properties").contains("candidates"));
    EXPECT_FALSE(route.at("properties").contains("colour"));
}

/// Default, smallest and largest value of a row are themselves values of the row.
void expect_sound(std::span<const KeySpec> keys, const std::string& path, const Environment& environment) {
    for (const KeySpec& key : keys) {
        const std::string below = path + "." + std::string(key.name);
        if (key.type == Type::later) continue;
        const bool is_word = key.type == Type::word && key.meaning.empty() && key.words == "native emulated absent";
        EXPECT_TRUE(is_word || !key.meaning.empty() || path.find("capabilities") != std::string::npos)
            << below << " has no meaning";
        for (const std::string_view value : {key.default_text, key.from, key.to}) {
            if (value.empty() || is_container(key.type)) continue;
            EXPECT_FALSE(scalar_fault(key, value, environment).has_value()) << below << ": " << value;
        }
        if (key.children != nullptr) expect_sound(key.children(), below, environment);
    }
}

TEST(TableOfKeys, HasDefaultsAndRangesThatItsOwnChecksAccept) {
    const test::TestWorld world;
    expect_sound(all_keys(), "", world.environment());
}

bool has_required(std::span<const KeySpec> keys) {
    return std::ranges::any_of(keys, &KeySpec::required);
}

/// Writes out the default of every key below `keys` as YAML.
std::string defaults_as_yaml(std::span<const KeySpec> keys, const std::string& indent) {
    std::string text;
    for (const KeySpec& key : keys) {
        if (key.type == Type::map && !has_required(key.children()) && key.default_text != "off") {
            text += indent + std::string(key.name) + ":\n" + defaults_as_yaml(key.children(), indent + "  ");
        } else if (!key.default_text.empty()) {
            text += indent + std::string(key.name) + ": " + std::string(key.default_text) + "\n";
        }
    }
    return text;
}

/// All values that `server` and `defaults` set, for comparing.
std::string values_of(const Config& config) {
    const Server& s = config.server;
    const Policies& p = config.defaults;
    std::string text =
        s.listen.host + " " + s.admin.value_or(Address{}).host + " " + std::to_string(s.workers.value_or(0));
    const auto add = [&text](auto value) { text += " " + std::to_string(value); };
    for (const std::size_t n :
         {s.limits.body_bytes, s.limits.header_bytes, s.limits.headers, s.limits.json_depth, s.limits.connections})
        add(n);
    add(s.listen.port);
    add(s.admin.value_or(Address{}).port);
    for (const milliseconds t :
         {s.timeouts.header, s.timeouts.body, s.timeouts.idle, s.timeouts.write, s.timeouts.drain, s.timeouts.ping,
          p.timeouts.connect, p.timeouts.head, p.timeouts.first_token, p.timeouts.gap, p.timeouts.total,
          p.retry.backoff_min, p.retry.backoff_max, p.retry.retry_after_max, p.breaker.window, p.breaker.probe_after}) {
        add(t.count());
    }
    for (const int n : {static_cast<int>(s.half_close), static_cast<int>(s.trace.propagate), static_cast<int>(s.log),
                        static_cast<int>(p.adapt), p.retry.attempts, p.retry.same, p.breaker.min_requests,
                        p.breaker.consecutive, static_cast<int>(p.breaker.enabled), static_cast<int>(p.hedge.enabled)})
        add(n);
    add(p.retry.budget);
    add(p.retry.budget_floor_per_second);
    add(p.breaker.errors);
    add(p.hedge.budget);
    add(p.hedge.budget_floor_per_second);
    add(static_cast<int>(p.after_commit.size()));
    add(static_cast<int>(p.after_commit.at(0)));
    return text;
}

TEST(TableOfKeys, HasTheDefaultsOfTheTypes) {
    const std::string start = "version: 1\nproviders: { sim: { dialect: sim } }\n";
    const std::string written = start + "server:\n" + defaults_as_yaml(server_keys(), "  ") + "defaults:\n" +
                                defaults_as_yaml(defaults_keys(), "  ");

    const auto from_types = test::load(start);
    const auto from_table = test::load(written);

    ASSERT_TRUE(from_table.has_value()) << from_table.error() << written;
    EXPECT_EQ(values_of(*from_table), values_of(*from_types));
}

}  // namespace
}  // namespace breakwater::config
