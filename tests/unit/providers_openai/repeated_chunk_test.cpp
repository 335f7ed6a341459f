#include "providers/openai/repeated_chunk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/base/random.hpp"
#include "breakwater/base/strings.hpp"
#include "event_log.hpp"
#include "providers/openai/decoder.hpp"

namespace breakwater::test {
namespace {

using openai::RepeatedChunk;

/// Learns from a chunk whose text is what stands in it between « and ».
void learn(RepeatedChunk& repeated, std::string chunk) {
    const std::size_t begin = chunk.find("«");
    chunk.erase(begin, std::string_view("«").size());
    const std::size_t end = chunk.find("»");
    chunk.erase(end, std::string_view("»").size());
    repeated.learn(chunk, {.choice = 2, .text = std::string_view(chunk).substr(begin, end - begin)});
}

std::optional<std::string_view> text_of(RepeatedChunk& repeated, std::string_view chunk) {
    const auto plain = repeated.text_of(chunk);
    if (!plain) return std::nullopt;
    EXPECT_EQ(plain->choice, 2u);
    return plain->text;
}

TEST(RepeatedChunk, KnowsAnotherTextInTheSameChunk) {
    RepeatedChunk repeated;
    EXPECT_EQ(text_of(repeated, R"({"c":"one"})"), std::nullopt);
    learn(repeated, R"({"c":"«one»"})");
    for (const std::string_view text :
         {"two", "", "a rather long text, with a comma and 'quotes'", "\xE6\xB0\xB4 \xF0\x9F\x92\xA7", "\x7F"}) {
        EXPECT_EQ(text_of(repeated, R"({"c":")" + std::string(text) + R"("})"), text);
    }
}

TEST(RepeatedChunk, DoesNotKnowWhatIsMoreThanAnotherText) {
    RepeatedChunk repeated;
    learn(repeated, R"({"c":"«one»"})");
    for (const std::string_view chunk :
         {R"({"c":"two","d":1})", R"({"d":"two"})", R"({"c":"two" })", R"( {"c":"two"})", R"({"c":"t\"wo"})",
          R"({"c":"t\nwo"})", R"({"c":"\u0041"})", R"({"c":"a","c":"b"})", "{\"c\":\"t\nwo\"}", "{\"c\":\"t\xFF\"}",
          "{\"c\":\"\xED\xA0\x80\"}", R"({"c":")", R"("})", R"({"c":"})", ""}) {
        EXPECT_EQ(text_of(repeated, chunk), std::nullopt) << chunk;
    }
}

TEST(RepeatedChunk, KeepsWhatItKnowsWhenTheNextCannotBeLearnt) {
    RepeatedChunk repeated;
    learn(repeated, R"({"c":"«one»"})");
    repeated.learn(R"({"c":"\n"})", {.choice = 1, .text = "\n"});  // decoded, and no view of the chunk
    learn(repeated, R"({"c":«1»})");                               // no string
    learn(repeated, R"({"c":"a«\"»b"})");                          // half of an escape
    learn(repeated, std::string(3'000, ' ') + R"("«x»")");         // too long to be kept
    EXPECT_EQ(text_of(repeated, R"({"c":"two"})"), "two");
}

TEST(RepeatedChunk, IsGivenUpWhereChunksDifferInMore) {
    RepeatedChunk repeated;
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(repeated.wants_to_learn());
        learn(repeated, R"({"c":"«one»","p":)" + std::to_string(i) + "}");
    }
    EXPECT_FALSE(repeated.wants_to_learn());
    // The last one is known all the same, and shows that it was worth while.
    EXPECT_EQ(text_of(repeated, R"({"c":"two","p":3})"), "two");
    EXPECT_TRUE(repeated.wants_to_learn());
}

/// The stream of those chunks. With `apart` no chunk begins like another, so that each is read for itself.
std::vector<std::string> events_of(const std::vector<std::string>& chunks, bool apart) {
    ChatRequest request;  // of two tools, so that a call of `get` waits for the rest of its name
    for (const char* name : {"get", "get_all"}) request.tools.push_back({.name = name});
    const std::unique_ptr<ResponseDecoder> decoder = openai::make_decoder(request);
    HttpResponseHead head{.status = 200};
    head.headers.add("content-type", "text/event-stream");
    EXPECT_TRUE(decoder->on_head(head));
    EventLog log;
    Result<void> done;
    for (std::size_t i = 0; i < chunks.size() && done; ++i) {
        const std::string event =
            "data: {" + (apart ? std::string(i, ' ') : std::string()) + chunks[i].substr(1) + "\n\n";
        done = decoder->on_body(event, log);
    }
    if (done) done = decoder->on_end(log);
    if (!done) log.lines.push_back("failed: " + done.error().message);
    log.lines.push_back("passed over: " + std::to_string(log.unknown));
    return log.lines;
}

std::string chunk_of(std::string_view delta, std::string_view more = R"(,"finish_reason":null)") {
    return R"({"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":)" +
           std::string(delta) + std::string(more) + "}]}";
}

// Whatever comes between, and whatever stands beside the text: a chunk that is known tells what it would have told.
TEST(RepeatedChunk, TellsWhatReadingWouldHaveTold) {
    const std::array<std::string_view, 12> texts{"a",        "bc",   " the", "",  "\\n",      "\\u00e6",
                                                 "\xC3\xA6", "\xFF", "\\\"", "a", "</think>", "same"};
    Rng rng(7);
    const auto text = [&] { return R"({"content":")" + std::string(texts[rng.below(texts.size())]) + "\""; };
    const auto any = [&](std::uint64_t kind) -> std::string {
        switch (kind) {
            case 0:
                return chunk_of(
                    text() + "}",
                    R"(,"logprobs":{"content":[{"token":"a","logprob":-1,"bytes":null,"top_logprobs":[]}]})");
            case 1:
                return chunk_of(text() + "}", R"(,"logprobs":null,"finish_reason":null)");
            case 2:
                return chunk_of(text() + R"(,"reasoning_content":"why"})");
            case 3:
                return chunk_of(text() + R"(,"refusal":null,"tool_calls":[]})");
            case 4:
                return chunk_of(text() +
                                R"(,"tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":"1"}}]})");
            case 5:
                return chunk_of(text() + R"(,"new_member":1})");
            case 6:
                return chunk_of(text() + "}", R"(,"message":{"content":"same"})");
            case 7:
                return chunk_of(text() + R"(,"annotations":[{"type":"url_citation","url_citation":{"url":"u"}}]})");
            case 8:
                return R"({"choices":[{"index":1,"delta":)" + text() + "}}]}";
            case 9:
                return R"({"choices":[{"index":0,"delta":)" + text() + R"(}},{"index":1,"delta":)" + text() + "}}]}";
            case 10:
                return R"({"usage":{"prompt_tokens":1,"completion_tokens":2},"choices":[{"index":0,"delta":)" + text() +
                       "}}]}";
            case 11:
                return R"({"citations":["https://a.example"],"choices":[{"index":0,"delta":)" + text() + "}}]}";
            case 12:
                return R"({"choices":[{"index":0,"text":"plain"}]})";
            case 13:
                return chunk_of(R"({"role":"assistant","content":""})");
            default:
                return chunk_of(text() + "}");
        }
    };
    for (int stream = 0; stream < 400; ++stream) {
        std::vector<std::string> chunks;
        const std::uint64_t one = rng.below(14);  // repeated often, so that it would be learnt
        for (int i = 0; i < 30; ++i) {
            const std::uint64_t draw = rng.below(10);
            chunks.push_back(any(draw < 5 ? 99 : draw < 9 ? one : rng.below(14)));
        }
        const std::uint64_t finish = rng.below(30);
        if (finish < 25) chunks[finish] = chunk_of(text() + "}", R"(,"finish_reason":"stop")");
        if (finish % 3 == 0) chunks[finish / 2] = R"({"error":{"message":"broken"}})";
        const std::vector<std::string> told = events_of(chunks, false);
        const std::vector<std::string> read = events_of(chunks, true);
        for (std::size_t i = 0; i < std::min(told.size(), read.size()); ++i)
            ASSERT_EQ(told[i], read[i]) << join(chunks, "\n");
        ASSERT_EQ(told.size(), read.size()) << join(chunks, "\n");
    }
}

// What is kept for later is told by nobody when it comes.
TEST(RepeatedChunk, LosesNothingThatIsKeptBesideAText) {
    // A call without a name waits for it.
    const std::string call = R"("tool_calls":[{"index":0,"id":"t","function":{"arguments":"1"}}])";
    const auto with_call = [&](std::string_view text) {
        return chunk_of(R"({"content":")" + std::string(text) + "\"," + call + "}");
    };
    const auto beside_call = [&](std::string_view text) {
        return R"({"choices":[{"index":0,"delta":{"content":")" + std::string(text) + R"("}},{"index":1,"delta":{)" +
               call + "}}]}";
    };
    // Perplexity's messages have the text so far, which the last delta says again.
    const auto so_far = [&](std::string_view text, std::string_view all) {
        return chunk_of(R"({"content":")" + std::string(text) + "\"}",
                        R"(,"message":{"content":")" + std::string(all) + "\"}");
    };
    // A whole message ends the calls that are open; this one waits for a longer name.
    const auto whole = [](std::string_view text) {
        return R"({"choices":[{"index":0,"message":{"content":")" + std::string(text) + R"("}}]})";
    };
    const std::string half_named =
        R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t","function":{"name":"get"}}]}}]})";
    const std::string name = R"({"tool_calls":[{"index":0,"function":{"name":"get"}}]})";
    const std::string named = R"({"choices":[{"index":1,"delta":)" + name + "}]}";
    const std::string end = chunk_of("{}", R"(,"finish_reason":"stop")");
    for (const std::vector<std::string>& chunks :
         {std::vector<std::string>{with_call("a"), with_call("b"), with_call("c"), chunk_of(name), end},
          {beside_call("a"), beside_call("b"), beside_call("c"), named, end},
          {whole("a"), half_named, whole("b"), chunk_of(R"({"content":"c"})"), end},
          {so_far("sa", "sa"), so_far("me", "same"), so_far("same", "same"), end}}) {
        EXPECT_EQ(events_of(chunks, false), events_of(chunks, true));
    }
}

}  // namespace
}  // namespace breakwater::test
