#include "breakwater/wire/json_cursor.hpp"

#include <gtest/gtest.h>

#include <string>

namespace breakwater {
namespace {

/// Every string behind `want`, wherever in the document, in the order of the text.
void gather(JsonCursor& at, std::string_view want, std::string& found) {
    if (at.peek() == '[') return at.items([&] { gather(at, want, found); });
    at.members([&](std::string_view name) {
        if (name == want && at.peek() == '"') {
            found.append(at.string()).append(";");
        } else {
            gather(at, want, found);
        }
    });
}

std::string gathered(std::string_view json) {
    std::string found;
    JsonCursor at(json);
    gather(at, "a", found);
    return found;
}

TEST(JsonCursor, FindsStringsWhereverTheyStand) {
    EXPECT_EQ(gathered(R"({"a":"1","b":[{"a":"2"},3,{"c":{"a":"4"}}],"a":"5"})"), "1;2;4;5;");
    EXPECT_EQ(gathered(" {\r\n \"a\" :\t\"1\" , \"b\" : [ ] , \"c\" : { } , \"a\" : \"2\" } "), "1;2;");
    EXPECT_EQ(gathered(R"([[],[{"a":"1"}],"a",-1.5e3,true,null,{"a":"2"}])"), "1;2;");
}

TEST(JsonCursor, QuotesWithinStringsEndNothing) {
    EXPECT_EQ(gathered(R"({"x":"\"a\":\"no\"","a":"yes\\"})"), R"(yes\\;)");
    EXPECT_EQ(gathered(R"({"x":"]}\\\"","a":"\u0022"})"), R"(\u0022;)");
}

TEST(JsonCursor, ValuesPointIntoTheText) {
    const std::string json = R"({"n":1,"a":"here"})";
    JsonCursor at(json);
    at.members([&](std::string_view name) {
        if (name != "a") return at.skip();
        const std::string_view value = at.string();
        EXPECT_EQ(value.data(), json.data() + 12);
        EXPECT_EQ(value, "here");
    });
    EXPECT_EQ(at.peek(), '\0');
}

TEST(JsonCursor, EndsInEveryTextThatBreaksOff) {
    const std::string whole = R"({"a":"1","b":[{"a":"2\\\""},3,{"c":{"a":"4"}},true],"a":"5"})";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::string cut = whole.substr(0, size);
        EXPECT_LE(gathered(cut).size(), gathered(whole).size() + 4) << cut;
    }
    for (const char* text :
         {"}", "]", ":", ",", "{]", "[}", "{\"a\"", "{\"a\":}", "{:}", "[,,]", "{,\"a\":\"1\"}", "\\", "{1:2}"})
        EXPECT_LE(gathered(text).size(), 2u) << text;
}

}  // namespace
}  // namespace breakwater
