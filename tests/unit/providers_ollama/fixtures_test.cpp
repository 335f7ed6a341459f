#include "provider_fixtures.hpp"
#include "providers/ollama/module.hpp"

namespace breakwater {
namespace {

class OllamaFixture : public testing::TestWithParam<test::ProviderFixture> {
protected:
    test::ProviderRig rig{ollama_module()};
};

TEST_P(OllamaFixture, DecodesToWhatIsExpected) {
    test::expect_decodes(rig, GetParam());
}
TEST_P(OllamaFixture, DoesNotDependOnWhereItIsSplit) {
    test::expect_no_matter_where_split(rig, GetParam());
}
TEST_P(OllamaFixture, NeverEndsWellWhenItIsCut) {
    test::expect_no_good_end_when_cut(rig, GetParam());
}
TEST_P(OllamaFixture, ObeysTheStreamGrammarBehindTheGuard) {
    test::expect_grammar(rig, GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, OllamaFixture, testing::ValuesIn(test::provider_fixtures("ollama")),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater
