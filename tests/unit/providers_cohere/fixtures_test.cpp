#include "provider_fixtures.hpp"
#include "providers/cohere/module.hpp"

namespace breakwater {
namespace {

class CohereFixture : public testing::TestWithParam<test::ProviderFixture> {
protected:
    test::ProviderRig rig{cohere_module()};
};

TEST_P(CohereFixture, DecodesToWhatIsExpected) {
    test::expect_decodes(rig, GetParam());
}
TEST_P(CohereFixture, DoesNotDependOnWhereItIsSplit) {
    test::expect_no_matter_where_split(rig, GetParam());
}
TEST_P(CohereFixture, NeverEndsWellWhenItIsCut) {
    test::expect_no_good_end_when_cut(rig, GetParam());
}
TEST_P(CohereFixture, ObeysTheStreamGrammarBehindTheGuard) {
    test::expect_grammar(rig, GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, CohereFixture, testing::ValuesIn(test::provider_fixtures("cohere")),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater
