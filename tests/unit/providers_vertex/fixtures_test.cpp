#include "provider_fixtures.hpp"
#include "providers/vertex/module.hpp"

namespace breakwater {
namespace {

/// Fixtures begin with the family whose API was spoken, by which the service's decoders differ.
test::ProviderRig rig_for(const test::ProviderFixture& fixture) {
    test::ProviderRig rig(vertex_module());
    rig.deployment.model = fixture.name.starts_with("claude") ? "claude-fixture@20250929" : "gemini-fixture";
    return rig;
}

class VertexFixture : public testing::TestWithParam<test::ProviderFixture> {
protected:
    test::ProviderRig rig = rig_for(GetParam());
};

TEST_P(VertexFixture, DecodesToWhatIsExpected) {
    test::expect_decodes(rig, GetParam());
}
TEST_P(VertexFixture, DoesNotDependOnWhereItIsSplit) {
    test::expect_no_matter_where_split(rig, GetParam());
}
TEST_P(VertexFixture, NeverEndsWellWhenItIsCut) {
    test::expect_no_good_end_when_cut(rig, GetParam());
}
TEST_P(VertexFixture, ObeysTheStreamGrammarBehindTheGuard) {
    test::expect_grammar(rig, GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, VertexFixture, testing::ValuesIn(test::provider_fixtures("vertex")),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater
