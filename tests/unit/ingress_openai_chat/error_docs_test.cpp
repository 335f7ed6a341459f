// docs/errors.md has a section for every code of the taxonomy, with the status and the advice that clients are given.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "breakwater/base/error.hpp"

namespace breakwater {
namespace {

/// The sections of the document by the code in their heading.
std::map<std::string, std::string> sections() {
    std::ifstream file(BREAKWATER_SOURCE_DIR "/docs/errors.md");
    std::map<std::string, std::string> found;
    std::string line;
    std::string code;
    while (std::getline(file, line)) {
        if (line.starts_with("## `")) {
            code = line.substr(4, line.size() - 5);
        } else if (!code.empty()) {
            found[code] += line + '\n';
        }
    }
    return found;
}

TEST(ErrorDocs, DescribeEveryCodeWithItsStatusAndAdvice) {
    const std::map<std::string, std::string> found = sections();
    for (int i = 0; i <= static_cast<int>(ErrorKind::internal); ++i) {
        const ErrorTraits& traits = error_traits(static_cast<ErrorKind>(i));
        const auto section = found.find(std::string(traits.code));
        ASSERT_NE(section, found.end()) << traits.code;
        const std::string& text = section->second;
        EXPECT_TRUE(text.starts_with("\n" + std::to_string(traits.status) + ", ")) << traits.code;
        if (static_cast<ErrorKind>(i) == ErrorKind::cancelled) continue;  // No client is there to be advised.
        // Line ends fall anywhere in a sentence.
        const bool refuses = text.find("Do not retry") != std::string::npos ||
                             text.find("Do\nnot retry") != std::string::npos ||
                             text.find("Do not\nretry") != std::string::npos;
        EXPECT_EQ(refuses, !traits.client_should_retry) << traits.code;
    }
}

TEST(ErrorDocs, DescribeNoCodeThatIsNotThere) {
    for (const auto& [code, text] : sections()) {
        bool known = false;
        for (int i = 0; i <= static_cast<int>(ErrorKind::internal); ++i) {
            known = known || error_traits(static_cast<ErrorKind>(i)).code == code;
        }
        EXPECT_TRUE(known) << code;
    }
}

}  // namespace
}  // namespace breakwater
