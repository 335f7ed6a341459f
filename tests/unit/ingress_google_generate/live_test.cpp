#include "breakwater/ingress/google_live.hpp"

#include <gtest/gtest.h>

#include "breakwater/wire/websocket_frames.hpp"

namespace breakwater {
namespace {

Result<RealtimeRequest> read(std::string message) {
    RealtimeRequest request{.dialect = SessionDialect::google};
    JsonReader reader;
    if (auto done = decode_live_setup(message, reader, request); !done) return std::unexpected(done.error());
    return request;
}

std::string model_of(const std::string& written) {
    const auto request = read(R"({"setup": {"model": ")" + written + R"("}})");
    return request ? request->model : "refused: " + request.error().message;
}

TEST(LiveSetup, NamesAModelInEveryForm) {
    EXPECT_EQ(model_of("r"), "r");
    EXPECT_EQ(model_of("models/r"), "r");
    EXPECT_EQ(model_of("models/sim/realtime"), "sim/realtime");
    EXPECT_EQ(model_of("publishers/google/models/r"), "r");
    EXPECT_EQ(model_of("projects/p/locations/l/publishers/google/models/a/b"), "a/b");
    EXPECT_EQ(model_of("tunedModels/r"), "tunedModels/r");
    EXPECT_EQ(model_of("projects/p"), "projects/p");
    EXPECT_EQ(model_of("publishers/google/r"), "publishers/google/r") << "no model of a publisher's";
}

TEST(LiveSetup, IsKeptAsItCame) {
    const std::string message = R"( {"other":1,"setup" : { "tools":[{"model":"x"}], "model":"models\/r" , "a":0.10}})";
    const auto request = read(message);
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->model, "r");
    EXPECT_EQ(request->setup, message);
    EXPECT_EQ(message.substr(request->model_at, request->model_bytes), R"("models\/r")");
}

TEST(LiveSetup, SaysWhatIsMissing) {
    const auto param = [](const char* message) {
        const auto request = read(message);
        if (request) return std::string("taken");
        EXPECT_EQ(request.error().kind, ErrorKind::invalid_request) << message;
        return request.error().param;
    };
    EXPECT_EQ(param("hello"), "");
    EXPECT_EQ(param(""), "");
    EXPECT_EQ(param("[]"), "");
    EXPECT_EQ(param("{}"), "setup");
    EXPECT_EQ(param(R"({"setup":null})"), "setup");
    EXPECT_EQ(param(R"({"setup":[]})"), "setup");
    EXPECT_EQ(param(R"({"setup":{}})"), "setup.model");
    EXPECT_EQ(param(R"({"setup":{"model":1}})"), "setup.model");
    EXPECT_EQ(param(R"({"setup":{"model":""}})"), "setup.model");
    EXPECT_EQ(param(R"({"setup":{"model":"models/"}})"), "setup.model");
    EXPECT_EQ(param(R"({"setup":{"model":"a","model":"b"}})"), "setup.model");
    EXPECT_EQ(param(R"({"setup":{"model":"a"},"setup":{"model":"b"}})"), "setup");
    EXPECT_EQ(param(R"({"s\u0065tup":{"model":"a"}})"), "setup");
    EXPECT_EQ(param(R"({"setup":{"mod\u0065l":"a"}})"), "setup.model");
    EXPECT_EQ(param(R"({"setup":{"model":"a"}})"), "taken");
}

struct Closed {
    int status;
    int code;
    std::string reason;
};

Closed close_of(const Error& error) {
    const HttpResponse response = google_live_ingress().encode_error(error, "req_1");
    WebSocketFrames frames(WebSocketFrames::From::server, 0);
    frames.gather(true);
    std::string out;
    frames.read(response.body, out);
    EXPECT_EQ(frames.fault(), WebSocketFrames::Fault::none);
    EXPECT_EQ(out, response.body);
    return {response.head.status, frames.close_code().value_or(0), std::string(frames.close_reason())};
}

TEST(LiveErrors, AreCloseFrames) {
    const auto code = [](ErrorKind kind) { return close_of(Error(kind, "m")).code; };
    EXPECT_EQ(code(ErrorKind::invalid_request), 1007);
    EXPECT_EQ(code(ErrorKind::model_not_found), 1008);
    EXPECT_EQ(code(ErrorKind::unauthorized), 1008);
    EXPECT_EQ(code(ErrorKind::forbidden), 1008);
    EXPECT_EQ(code(ErrorKind::constraint_unmet), 1008);
    EXPECT_EQ(code(ErrorKind::request_too_large), 1009);
    EXPECT_EQ(code(ErrorKind::upstream_auth), 1011);
    EXPECT_EQ(code(ErrorKind::upstream_timeout), 1011);
    EXPECT_EQ(code(ErrorKind::internal), 1011);
    EXPECT_EQ(code(ErrorKind::overloaded), 1013);
    EXPECT_EQ(code(ErrorKind::rate_limited), 1013);
    EXPECT_EQ(code(ErrorKind::shutting_down), 1001);
    Error broken(ErrorKind::invalid_request, "m");
    broken.code = "websocket_protocol_error";
    EXPECT_EQ(close_of(broken).code, 1002);
    const Closed closed = close_of(Error(ErrorKind::rate_limited, "Too many."));
    EXPECT_EQ(closed.status, 429);
    EXPECT_EQ(closed.reason, "Too many.");
    EXPECT_EQ(close_of(Error(ErrorKind::internal, std::string(500, 'x'))).reason.size(), 123u);
}

}  // namespace
}  // namespace breakwater
