#include "providers/shared/tool_names.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(ToolNames, AreMadeToFitAndFoundAgain) {
    ChatRequest request;
    for (const char* name : {"a.b", "a_b", "a:b", "fine-1"}) request.tools.push_back({.name = name});
    const ToolNames names(request, {.length_max = 64});
    EXPECT_EQ(names.wire("a.b"), "a_b_2");
    EXPECT_EQ(names.wire("a_b"), "a_b");
    EXPECT_EQ(names.wire("a:b"), "a_b_3");
    EXPECT_EQ(names.wire("fine-1"), "fine-1");
    for (const Tool& tool : request.tools) EXPECT_EQ(names.original(names.wire(tool.name)), tool.name);
    EXPECT_EQ(names.wire("not.declared"), "not_declared");
}

TEST(ToolNames, ThatAreTooLongStayApart) {
    ChatRequest request;
    request.tools = {{.name = std::string(70, 'x') + "1"}, {.name = std::string(70, 'x') + "2"}};
    const ToolNames names(request, {.length_max = 64});
    EXPECT_EQ(names.wire(request.tools[0].name).size(), 64u);
    EXPECT_EQ(names.wire(request.tools[1].name).size(), 64u);
    EXPECT_NE(names.wire(request.tools[0].name), names.wire(request.tools[1].name));
}

TEST(ToolNames, BeginWithALetterWhereTheyMust) {
    const NameRules rules{.length_max = 4, .begins_with_letter = true};
    EXPECT_EQ(sanitise_identifier("1abc", rules), "_1ab");
    EXPECT_EQ(sanitise_identifier("-", rules), "_-");
    EXPECT_EQ(sanitise_identifier("_ok", rules), "_ok");
    EXPECT_EQ(sanitise_identifier("", rules), "_");
    EXPECT_EQ(sanitise_identifier("1abc", {.length_max = 4}), "1abc");
}

}  // namespace
}  // namespace breakwater
