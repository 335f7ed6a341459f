#include "breakwater/catalog/catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater {
namespace {

using ::testing::ElementsAre;

ModelFacts model(std::string vendor, std::string id) {
    ModelFacts facts;
    facts.vendor = std::move(vendor);
    facts.id = std::move(id);
    return facts;
}

Catalog example() {
    return Catalog::from_models({model("host", "acme/small"), model("acme", "small"), model("host", "shared"),
                                 model("acme", "shared"), model("acme", "big"), model("host", "other/large")});
}

TEST(Catalog, SortsModelsByVendorAndId) {
    EXPECT_THAT(example().references(), ElementsAre("acme/big", "acme/shared", "acme/small", "host/acme/small",
                                                    "host/other/large", "host/shared"));
}

TEST(Catalog, FindsAModelOnlyUnderItsOwnVendor) {
    const Catalog catalog = example();
    ASSERT_NE(catalog.find("acme", "big"), nullptr);
    EXPECT_EQ(catalog.find("acme", "big")->id, "big");
    EXPECT_EQ(catalog.find("host", "big"), nullptr);
    EXPECT_EQ(catalog.find("acme", "bi"), nullptr);
    EXPECT_EQ(catalog.find("zzz", "big"), nullptr);
}

TEST(Catalog, FindsReferencesWithAndWithoutAVendor) {
    const Catalog catalog = example();
    EXPECT_EQ(catalog.find_reference("acme/big"), catalog.find("acme", "big"));
    EXPECT_EQ(catalog.find_reference("big"), catalog.find("acme", "big"));
    EXPECT_EQ(catalog.find_reference("host/other/large"), catalog.find("host", "other/large"));
    EXPECT_EQ(catalog.find_reference("other/large"), catalog.find("host", "other/large"));
}

TEST(Catalog, PrefersTheVendorWhenAnIdLooksLikeAReference) {
    const Catalog catalog = example();
    EXPECT_EQ(catalog.find_reference("acme/small"), catalog.find("acme", "small"));
}

TEST(Catalog, DoesNotGuessBetweenVendors) {
    const Catalog catalog = example();
    EXPECT_EQ(catalog.find_reference("shared"), nullptr);
    EXPECT_EQ(catalog.find_reference("missing"), nullptr);
    EXPECT_EQ(catalog.find_reference(""), nullptr);
    EXPECT_EQ(catalog.find_reference("/"), nullptr);
}

TEST(Catalog, KeepsItsModelsWhenItIsMoved) {
    Catalog first = example();
    const Catalog second = std::move(first);
    EXPECT_NE(second.find("acme", "big"), nullptr);
    EXPECT_EQ(second.references().front(), "acme/big");
}

}  // namespace
}  // namespace breakwater
