#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "breakwater/ingress/ingress.hpp"
#include "gateway/api_path.hpp"
#include "gateway/openapi_text.hpp"

namespace breakwater {
namespace {

using nlohmann::json;

const json& document() {
    static const json parsed = json::parse(openapi_text());
    return parsed;
}

/// The path with words in place of its parameters.
std::string filled(std::string path) {
    std::erase_if(path, [](char c) { return c == '{' || c == '}'; });
    return path;
}

std::string upper(std::string word) {
    std::ranges::transform(word, word.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return word;
}

TEST(Openapi, HasOnlyPathsAndMethodsThatThereAre) {
    for (const auto& [path, item] : document().at("paths").items()) {
        const auto matched = match_api_path(filled(path));
        ASSERT_TRUE(matched) << path;
        for (const char* method : {"get", "post", "put", "patch", "delete"}) {
            EXPECT_EQ(item.contains(method), takes_method(matched->endpoint, upper(method))) << method << " " << path;
        }
        for (const auto& [method, operation] : item.items()) {
            if (method == "parameters") continue;
            EXPECT_EQ(operation.contains("security"), is_public(matched->endpoint)) << method << " " << path;
        }
    }
}

// An endpoint or a dialect that is new is found here: its path belongs into docs/openapi.json.
TEST(Openapi, HasEveryEndpointAndEveryDialect) {
    std::set<std::size_t> endpoints;
    std::set<std::string_view> dialects;
    for (const auto& [path, item] : document().at("paths").items()) {
        const auto matched = match_api_path(filled(path));
        ASSERT_TRUE(matched) << path;
        endpoints.insert(static_cast<std::size_t>(matched->endpoint));
        if (matched->endpoint == Endpoint::chat) dialects.insert(matched->ingress->name());
    }
    for (std::size_t endpoint = 0; endpoint < kEndpointCount; ++endpoint)
        EXPECT_TRUE(endpoints.contains(endpoint)) << "no path leads to endpoint " << endpoint;
    for (const Ingress* ingress : all_ingresses()) EXPECT_TRUE(dialects.contains(ingress->name())) << ingress->name();
}

}  // namespace
}  // namespace breakwater
