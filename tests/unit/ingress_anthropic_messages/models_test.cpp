#include "breakwater/ingress/anthropic_models.hpp"

#include <gtest/gtest.h>

#include "messages_support.hpp"

namespace breakwater {
namespace {

using test::json;

std::vector<ModelEntry> entries(std::initializer_list<const char*> ids) {
    std::vector<ModelEntry> found;
    for (const char* id : ids) found.push_back({.id = id, .created = 1'770'000'000});
    return found;
}

json page(const ModelPage& asked) {
    const auto models = entries({"a", "b", "c", "d"});
    const json body = json::parse(anthropic_models_list_json(models, asked));
    std::string ids;
    for (const json& model : body["data"]) ids += model["id"];
    return {ids, body["has_more"], body["first_id"], body["last_id"]};
}

TEST(AnthropicModels, HaveTheVendorsShape) {
    ModelEntry model{.id = "smart", .created = 1'770'000'000};
    model.facts.context = 200'000;
    EXPECT_EQ(json::parse(anthropic_model_json(model)),
              json::parse(R"({"type":"model","id":"smart","display_name":"smart","created_at":"2026-02-02T02:40:00Z",
                              "max_input_tokens":200000})"));
}

TEST(AnthropicModels, AreListedInPages) {
    EXPECT_EQ(page({}), (json{"abcd", false, "a", "d"}));
    EXPECT_EQ(page({.limit = 3}), (json{"abc", true, "a", "c"}));
    EXPECT_EQ(page({.limit = 3, .after_id = "c"}), (json{"d", false, "d", "d"}));
    EXPECT_EQ(page({.limit = 2, .before_id = "d"}), (json{"bc", true, "b", "c"}));
    EXPECT_EQ(page({.before_id = "a"}), (json{"", false, nullptr, nullptr}));
    EXPECT_EQ(page({.after_id = "x"}), (json{"", false, nullptr, nullptr}));
}

}  // namespace
}  // namespace breakwater
