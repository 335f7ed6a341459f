#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "breakwater/providers/sim_realtime.hpp"

namespace breakwater {
namespace {

using nlohmann::json;

constexpr const char* kLive = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";

struct Said {
    std::vector<json> messages;
    int closed = 0;
};

Said read(std::string_view bytes) {
    WebSocketFrames frames(WebSocketFrames::From::server, 1u << 20);
    frames.gather(true);
    Said said;
    std::string out;
    while (!bytes.empty() && !frames.closed()) {
        bytes.remove_prefix(frames.read(bytes, out));
        if (const auto message = frames.take_message()) said.messages.push_back(json::parse(*message));
    }
    said.closed = frames.close_code().value_or(0);
    return said;
}

Said answer(SimSession& session, const std::string& message) {
    std::string frame, out;
    append_frame(frame, FrameKind::text, message, 0x01020304);
    session.receive(frame, out);
    return read(out);
}

TEST(SimSession, BeginsInTheDialectThatIsAskedFor) {
    std::string out;
    make_sim_session("/realtime?model=m", "m")->begin(out);
    EXPECT_EQ(read(out).messages.at(0).at("type"), "session.created");
    out.clear();
    const auto live = make_sim_session(kLive, "m");
    live->begin(out);
    EXPECT_EQ(out, "");
    const Said said = answer(*live, R"({"setup":{"model":"m"}})");
    ASSERT_EQ(said.messages.size(), 1u);
    EXPECT_EQ(said.messages.front(), json::parse(R"({"setupComplete":{}})"));
}

TEST(SimSession, AnswersTurnsAndTexts) {
    for (const char* message :
         {R"({"clientContent":{"turns":[{"parts":[{"text":"x"}]},{"parts":[{"text":"a "},{"text":"b"}]}],
                                    "turnComplete":true}})",
          R"({"client_content":{"turns":[{"parts":[{"text":"a b"}]}],"turn_complete":true}})",
          R"({"realtimeInput":{"text":"a b"}})"}) {
        const auto live = make_sim_session(kLive, "m");
        answer(*live, R"({"setup":{}})");
        const Said said = answer(*live, message);
        std::string text;
        for (const json& each : said.messages) {
            const json& content = each.at("serverContent");
            if (content.contains("modelTurn")) text += content["modelTurn"]["parts"][0]["text"].get<std::string>();
        }
        EXPECT_EQ(text, "You said: a b") << message;
        EXPECT_TRUE(said.messages.back()["serverContent"]["turnComplete"].get<bool>());
        EXPECT_GT(said.messages.back()["usageMetadata"]["responseTokenCount"].get<int>(), 0);
        EXPECT_TRUE(answer(*live, R"({"realtimeInput":{"audio":{"data":""}}})").messages.empty());
        EXPECT_TRUE(answer(*live, R"({"clientContent":{"turns":[]}})").messages.empty());
    }
}

TEST(SimSession, EndsWhatIsNoLiveSession) {
    for (const char* message : {"no JSON", R"({"clientContent":{}})"}) {
        const auto live = make_sim_session(kLive, "m");
        EXPECT_EQ(answer(*live, message).closed, 1007) << message;
        EXPECT_TRUE(live->over());
    }
    for (const char* message : {R"({"setup":{}})", R"({"other":{}})"}) {
        const auto live = make_sim_session(kLive, "m");
        answer(*live, R"({"setup":{}})");
        EXPECT_EQ(answer(*live, message).closed, 1007) << message;
    }
}

std::string frame_of(const json& message) {
    std::string frame;
    append_frame(frame, FrameKind::text, message.dump(), 0x01020304);
    return frame;
}

TEST(SimSession, AnswersOnlySoMuch) {
    std::string text = "x";
    while (text.size() < (900u << 10)) text += " \xC3\xA9\xC3\xA9\xC3\xA9";
    const json item{{"type", "conversation.item.create"},
                    {"item", {{"type", "message"}, {"content", {{{"type", "input_text"}, {"text", text}}}}}}};
    const json turn{{"clientContent", {{"turns", {{{"parts", {{{"text", text}}}}}}}}}};
    struct Case {
        const char* target;
        json opens, says, asks;
    };
    for (const auto& [target, opens, says, asks] :
         {Case{kLive, {{"setup", json::object()}}, turn, {{"clientContent", {{"turnComplete", true}}}}},
          Case{"/realtime", {{"type", "session.update"}}, item, {{"type", "response.create"}}}}) {
        const auto session = make_sim_session(target, "m");
        std::string out;
        session->receive(frame_of(opens) + frame_of(says), out);
        EXPECT_FALSE(session->over()) << target;
        out.clear();
        session->receive(frame_of(asks), out);
        EXPECT_FALSE(session->over()) << "one answer is never too much";
        EXPECT_LT(out.size(), 2u << 20) << target;
        EXPECT_GT(out.size(), 100u << 10) << target;
        std::string many;
        for (int i = 0; i < 100; ++i) many += frame_of(asks);
        out.clear();
        session->receive(many, out);
        EXPECT_TRUE(session->over()) << target;
        EXPECT_LT(out.size(), 3u << 20) << target;
        EXPECT_EQ(read(out).closed, 1008) << target;
    }
}

}  // namespace
}  // namespace breakwater
