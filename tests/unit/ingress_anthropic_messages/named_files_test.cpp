#include "breakwater/ingress/named_files.hpp"

#include <gtest/gtest.h>

#include "messages_support.hpp"

namespace breakwater {
namespace {

using test::decode_messages;
using test::json;

/// The provider's name; `body` is what is left of it.
Result<std::string> take(std::string& body, NamesFilesIn where = NamesFilesIn::message) {
    JsonReader reader;
    auto files = take_named_files(body, where, reader);
    if (!files) return std::unexpected(std::move(files.error()));
    EXPECT_EQ(files->body.empty(), files->provider.empty());
    if (!files->body.empty()) body = std::move(files->body);
    return std::move(files->provider);
}

std::string message_of(const std::string& blocks) {
    return R"({"messages":[{"content":[)" + blocks + "]}]}";
}

TEST(NamedFiles, AreFoundInBlocksSourcesAndResults) {
    std::string body = R"({ "model":"m", "messages" : [{"role":"user","content":[
        {"type":"document","source":{"file_id":"p:file_1","type":"file"},"title":"p:file_1"},
        {"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":{"type":"file","file_id" : "p:file_2"}}]},
        {"type":"document","source":{"type":"content","content":[{"type":"image","source":{"type":"file","file_id":"p:file_3"}}]}},
        {"file_id":"p:file_4","type":"container_upload"}, {"type":"text","text":"\"file_id\":\"p:file_1\""}]}], "n":1.50})";
    std::string wanted = body;
    for (const char* id : {"\"p:file_1\",\"type\"", "\"p:file_2\"", "\"p:file_3\"", "\"p:file_4\""})
        wanted.erase(wanted.find(id) + 1, 2);
    const auto provider = take(body);
    ASSERT_TRUE(provider) << provider.error().message;
    EXPECT_EQ(*provider, "p");
    EXPECT_EQ(body, wanted);
}

TEST(NamedFiles, NothingElseIsTakenForOne) {
    for (const char* content : {
             R"("p:file_1")",
             R"([{"type":"text","text":"p:file_1"}])",
             R"([{"type":"tool_use","id":"t","name":"n","input":{"type":"file","file_id":"p:file_1"}}])",
             R"([{"type":"document","source":{"type":"file","file_id":"file_1"}}])",
             R"([{"type":"document","source":{"type":"url","file_id":"p:file_1"}}])",
             R"([{"type":"document","source":{"type":"file","file_id":"p:../x"}}])",
             R"([{"type":"document","source":{"type":"file","file_id":["p:file_1"]}}])",
             R"([[[{"source":[],"content":null}]],7])",
         }) {
        std::string body = std::string(R"({"system":[{"type":"file","file_id":"p:file_1"}],"messages":[{"content":)") +
                           content + "}]}";
        const std::string sent = body;
        const auto provider = take(body);
        ASSERT_TRUE(provider) << content;
        EXPECT_EQ(*provider, "") << content;
        EXPECT_EQ(body, sent);
    }
}

TEST(NamedFiles, MayStandBeforeOthersWithinThem) {
    const auto block = [](const std::string& id) {
        return R"({"type":"file","file_id":")" + id + R"(","content":{"type":"file","file_id":")" + id +
               R"(","source":{"file_id":")" + id + R"(","type":"file"}}})";
    };
    std::string named;
    std::string own;
    constexpr std::size_t kBlocks = 10'000;
    for (std::size_t i = 0; i < kBlocks; ++i) {
        named.append(i == 0 ? "" : ",").append(block("a:b"));
        own.append(i == 0 ? "" : ",").append(block("b"));
    }
    std::string body = message_of(named);
    EXPECT_EQ(take(body).value_or(""), "a");
    EXPECT_EQ(body.size(), message_of(named).size() - kBlocks * 3 * 2);
    EXPECT_TRUE(body == message_of(own));
}

TEST(NamedFiles, AreFoundHoweverTheyAreEscaped) {
    for (const auto& [block, wanted] : {
             std::pair(R"({"type":"image","source":{"type":"file","file_id":"my\/p\u003afile_1"}})",
                       R"({"type":"image","source":{"type":"file","file_id":"file_1"}})"),
             {R"({"type":"image","source":{"typ\u0065":"fi\u006ce","fil\u0065_id":"my\/p:fil\u0065_1"}})",
              R"({"type":"image","source":{"typ\u0065":"fi\u006ce","fil\u0065_id":"file_1"}})"},
             {R"({"type":"image","s\u006furce":{"file_id":"my/p:file_1","type":"\u0066ile"}})",
              R"({"type":"image","s\u006furce":{"file_id":"file_1","type":"\u0066ile"}})"},
             {R"({"type":"container\u005fupload","file_id":"my\u002Fp:file_1","t\/":"my\/p:file_1"})",
              R"({"type":"container\u005fupload","file_id":"file_1","t\/":"my\/p:file_1"})"},
         }) {
        std::string body = message_of(block);
        EXPECT_EQ(take(body).value_or(""), "my/p") << block;
        EXPECT_EQ(body, message_of(wanted));
        const auto in_batch = [](const std::string& params) {
            return R"({"r\u0065quests":[{"p\u0061rams":)" + params + "}]}";
        };
        body = in_batch(message_of(block));
        EXPECT_EQ(take(body, NamesFilesIn::batch).value_or(""), "my/p") << block;
        EXPECT_EQ(body, in_batch(message_of(wanted)));
    }
    std::string several = message_of(R"({"type":"container_upload","file_id":"p\u003af"},)"
                                     R"({"type":"container_upload","file_id":"p\/q:f"})");
    const auto refused = take(several);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("`p:f` and `p/q:f`"), std::string::npos) << refused.error().message;
    std::string none = message_of(R"({"type":"container_upload","file_id":"p\u003a.."})");
    EXPECT_EQ(take(none).value_or("none"), "");
}

TEST(NamedFiles, OfABatchAreInEachOfItsRequests) {
    const std::string file =
        R"({"messages":[{"content":[{"type":"image","source":{"type":"file","file_id":"p:f"}}]}]})";
    std::string body =
        R"({"messages":[],"requests":[{"custom_id":"p:f","params":)" + file + R"(},{"params":)" + file + "}]}";
    EXPECT_EQ(take(body, NamesFilesIn::batch).value_or(""), "p");
    EXPECT_EQ(body.find("p:f"), body.find("custom_id") + 12);
    EXPECT_EQ(body.rfind("p:f"), body.find("p:f"));
    std::string chat = file;
    EXPECT_EQ(take(chat, NamesFilesIn::batch).value_or("none"), "");
}

TEST(NamedFiles, OfSeveralProvidersAreRefused) {
    std::string body = R"({"messages":[{"content":[{"type":"container_upload","file_id":"a:f"},)"
                       R"({"type":"container_upload","file_id":"b:f"}]}]})";
    const std::string sent = body;
    const auto provider = take(body);
    ASSERT_FALSE(provider);
    EXPECT_EQ(provider.error().kind, ErrorKind::invalid_request);
    EXPECT_NE(provider.error().message.find("`a:f` and `b:f`"), std::string::npos) << provider.error().message;
    EXPECT_EQ(body, sent);
}

TEST(NamedFiles, AreLookedForWhereTheyCanBe) {
    const auto may = [](json content, json tools = json::array()) {
        json body = test::request_with(json::object());
        body["messages"] = {{{"role", "user"}, {"content", std::move(content)}}};
        if (!tools.empty()) body["tools"] = std::move(tools);
        const auto request = test::decode(body.dump());
        return request && may_name_files(*request);
    };
    const auto document = [](const char* id) {
        return json::array({{{"type", "document"}, {"source", {{"type", "file"}, {"file_id", id}}}}});
    };
    EXPECT_TRUE(may(document("p:file_1")));
    EXPECT_FALSE(may(document("file_1")));
    EXPECT_FALSE(may("p:file_1"));
    EXPECT_TRUE(may("hello", {{{"type", "code_execution_20250825"}, {"name", "code_execution"}}}));
    EXPECT_FALSE(may("hello", {{{"type", "web_search_20250305"}, {"name", "web_search"}}}));
}

}  // namespace
}  // namespace breakwater
