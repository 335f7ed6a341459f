#include "provider_fixtures.hpp"
#include "providers/openai_responses/module.hpp"

namespace breakwater {
namespace {

class ResponsesFixture : public testing::TestWithParam<test::ProviderFixture> {
protected:
    test::ProviderRig rig{openai_responses_module()};
};

TEST_P(ResponsesFixture, DecodesToWhatIsExpected) {
    test::expect_decodes(rig, GetParam());
}
TEST_P(ResponsesFixture, DoesNotDependOnWhereItIsSplit) {
    test::expect_no_matter_where_split(rig, GetParam());
}
TEST_P(ResponsesFixture, NeverEndsWellWhenItIsCut) {
    test::expect_no_good_end_when_cut(rig, GetParam());
}
TEST_P(ResponsesFixture, ObeysTheStreamGrammarBehindTheGuard) {
    test::expect_grammar(rig, GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, ResponsesFixture, testing::ValuesIn(test::provider_fixtures("openai_responses")),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater
