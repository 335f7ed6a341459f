#include "breakwater/wire/multipart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater {
namespace {

using std::string_literals::operator""s;
using ::testing::HasSubstr;

const std::string kForm =
    "--b1\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n"
    "--b1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n"
    "RI\r\n--b\r\n--\0FF\r\n"
    "--b1--\r\n"s;

TEST(ReadForm, FindsFieldsAndFiles) {
    const auto parts = read_form(kForm, "b1");
    ASSERT_TRUE(parts.has_value()) << parts.error().message;
    ASSERT_EQ(parts->size(), 2u);
    EXPECT_EQ((*parts)[0].name, "model");
    EXPECT_EQ((*parts)[0].content, "whisper-1");
    EXPECT_FALSE((*parts)[0].filename.has_value());
    EXPECT_EQ((*parts)[1].name, "file");
    EXPECT_EQ((*parts)[1].filename, "a.wav");
    EXPECT_EQ((*parts)[1].content, std::string_view(kForm).substr(kForm.find("RI\r\n"), (*parts)[1].content.size()));
    EXPECT_TRUE((*parts)[1].content.ends_with("FF"));
}

TEST(ReadForm, PartsJoinToTheBody) {
    const auto parts = read_form(kForm, "b1");
    ASSERT_TRUE(parts.has_value());
    std::string joined;
    for (const FormPart& part : *parts) joined += part.bytes;
    EXPECT_EQ(joined + form_end("b1"), kForm);
}

TEST(ReadForm, TakesEmptyFieldsAndBareNames) {
    const auto parts =
        read_form("--b1\r\ncontent-disposition: form-data; name=a; filename=\"\"\r\n\r\n\r\n--b1--", "b1");
    ASSERT_TRUE(parts.has_value()) << parts.error().message;
    EXPECT_EQ(parts->front().name, "a");
    EXPECT_EQ(parts->front().content, "");
    EXPECT_EQ(parts->front().filename, "");
    EXPECT_TRUE(read_form("--b1--\r\n", "b1")->empty());
}

TEST(ReadForm, NoBeginningOfAFormIsOne) {
    for (std::size_t size = 0; size + 2 < kForm.size(); ++size) {
        const std::string cut = kForm.substr(0, size);
        const auto parts = read_form(cut, "b1");
        ASSERT_FALSE(parts.has_value()) << size;
        EXPECT_EQ(parts.error().code, "invalid_form");
        EXPECT_EQ(parts.error().status(), 400);
    }
}

TEST(ReadForm, RefusesWhatTwoReadersCouldReadInTwoWays) {
    const auto field = [](std::string_view head) { return "--b1\r\n" + std::string(head) + "\r\n\r\nx\r\n--b1--\r\n"; };
    const std::string good = "Content-Disposition: form-data; name=\"a\"";
    ASSERT_TRUE(read_form(field(good), "b1").has_value());
    const std::vector<std::string> bodies{
        "before\r\n" + field(good),
        field(good) + "behind",
        field(good) + "\r\n\r\n",
        "--b1 \r\n" + good + "\r\n\r\nx\r\n--b1--\r\n",
        "--b1\r\n" + good + "\r\n\r\nx\r\n--b1x\r\n--b1--\r\n",
        "--b1\n" + good + "\n\nx\n--b1--\n",
        field("Content-Type: text/plain"),
        field(good + "\r\n" + good),
        field(good + "; name=\"b\""),
        field(good + "; name*=UTF-8''b"),
        field(good + "; filename=\"x\"; filename=\"y\""),
        field("Content-Disposition: form-data; filename=\"x\\\"; name=\"a\""),
        field("Content-Disposition: form-data; name=\"a\\b\""),
        field("Content-Disposition: form-data; name=\"\""),
        field("Content-Disposition: form-data; name=\"a"),
        field("Content-Disposition: form-data name=\"a\""),
        field("Content-Disposition: attachment; name=\"a\""),
        field(good + "\r\nContent-Transfer-Encoding: base64"),
        field(good + "\r\nX: a\rb"),
        field(good + "\r\n folded: x"),
        field(good + "\r\nno colon"),
        field(good + "\r\nX: " + std::string(17u << 10, 'a')),
    };
    for (const std::string& body : bodies) {
        const auto parts = read_form(body, "b1");
        ASSERT_FALSE(parts.has_value()) << body.substr(0, 200);
        EXPECT_THAT(parts.error().message, HasSubstr("cannot be read: "));
    }
}

TEST(ReadForm, BoundsTheNumberOfFields) {
    std::string body;
    for (int i = 0; i < 256; ++i) body += "--b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n";
    EXPECT_EQ(read_form(body + "--b1--\r\n", "b1")->size(), 256u);
    body += "--b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n";
    EXPECT_THAT(read_form(body + "--b1--\r\n", "b1").error().message, HasSubstr("more than 256 fields"));
}

TEST(FormBoundary, IsReadFromTheContentType) {
    EXPECT_EQ(form_boundary("multipart/form-data; boundary=abc"), "abc");
    EXPECT_EQ(form_boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b:c\""), "a b:c");
    for (const char* bad : {"", "application/json", "multipart/form-data", "multipart/mixed; boundary=a",
                            "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a ",
                            "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=a; boundary=b",
                            "multipart/form-data; boundary=\"a\\\"b\""}) {
        const auto boundary = form_boundary(bad);
        ASSERT_FALSE(boundary.has_value()) << bad;
        EXPECT_EQ(boundary.error().status(), 415);
    }
    EXPECT_FALSE(form_boundary("multipart/form-data; boundary=" + std::string(71, 'a')).has_value());
    EXPECT_TRUE(form_boundary("multipart/form-data; boundary=" + std::string(70, 'a')).has_value());
}

TEST(FormBoundary, IsQuotedWhereItHasTo) {
    EXPECT_EQ(form_content_type("abc"), "multipart/form-data; boundary=abc");
    EXPECT_EQ(form_boundary(form_content_type("a b:c")), "a b:c");
}

}  // namespace
}  // namespace breakwater
