#include "breakwater/wire/form_scanner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "breakwater/wire/multipart.hpp"

namespace breakwater {
namespace {

using std::string_literals::operator""s;
using ::testing::HasSubstr;

const std::string kForm =
    "--b1\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n"
    "--b1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n"
    "RI\r\n--b\r\n--\0FF\r\r\n\r\n--b\r\n"
    "--b1\r\ncontent-disposition: form-data; name=empty\r\n\r\n\r\n"
    "--b1--\r\n"s;

/// Puts together what a scanner tells of.
class Collected final : public FormSink {
public:
    struct Field {
        std::string name;
        std::optional<std::string> filename;
        std::string content{};
        std::uint64_t from;
        std::uint64_t to = 0;
    };
    std::vector<Field> fields;

    Result<void> on_field(std::string_view name, std::optional<std::string_view> filename, std::uint64_t at) override {
        fields.push_back({.name = std::string(name),
                          .filename = filename.transform([](auto view) { return std::string(view); }),
                          .from = at});
        if (name == "refused") return fail(ErrorKind::invalid_request, "the sink refuses it");
        return {};
    }
    Result<void> on_content(std::string_view bytes) override {
        fields.back().content += bytes;
        return {};
    }
    Result<void> on_field_end(std::uint64_t at) override {
        fields.back().to = at;
        return {};
    }
};

Result<void> scan(std::string_view body, std::size_t piece, Collected& collected) {
    FormScanner scanner("b1", collected);
    while (!body.empty()) {
        const std::string_view next = body.substr(0, piece);
        // At an address of its own, so that the sanitizer finds whoever reads on.
        if (auto fed = scanner.feed(std::string(next)); !fed) return fed;
        body.remove_prefix(next.size());
    }
    return scanner.finish();
}

void expect_same(std::string_view body) {
    const auto whole = read_form(body, "b1");
    for (std::size_t piece = 1; piece <= body.size() + 1; piece = piece < 40 ? piece + 1 : piece * 2) {
        Collected collected;
        const auto scanned = scan(body, piece, collected);
        ASSERT_EQ(scanned.has_value(), whole.has_value()) << body.substr(0, 200) << "\nin pieces of " << piece;
        if (!whole) {
            EXPECT_EQ(scanned.error().code, "invalid_form");
            EXPECT_THAT(scanned.error().message, HasSubstr("cannot be read: "));
            continue;
        }
        ASSERT_EQ(collected.fields.size(), whole->size());
        for (std::size_t i = 0; i < whole->size(); ++i) {
            const Collected::Field& field = collected.fields[i];
            const FormPart& part = (*whole)[i];
            EXPECT_EQ(field.name, part.name);
            EXPECT_EQ(field.filename, part.filename);
            EXPECT_EQ(field.content, part.content) << "in pieces of " << piece;
            EXPECT_EQ(body.substr(field.from, field.to - field.from), part.bytes);
        }
    }
}

TEST(FormScanner, ReadsInPiecesWhatIsReadInTheWhole) {
    expect_same(kForm);
    expect_same("--b1--");
    expect_same("--b1--\r\n");
}

TEST(FormScanner, RefusesWhatIsRefusedInTheWhole) {
    const auto field = [](std::string_view head) { return "--b1\r\n" + std::string(head) + "\r\n\r\nx\r\n--b1--\r\n"; };
    const std::string good = "Content-Disposition: form-data; name=\"a\"";
    const std::vector<std::string> bodies{
        "",
        "before\r\n" + field(good),
        field(good) + "behind",
        field(good) + "\r\n\r\n",
        "--b1 \r\n" + good + "\r\n\r\nx\r\n--b1--\r\n",
        "--b1\r\n" + good + "\r\n\r\nx\r\n--b1x\r\n--b1--\r\n",
        "--b1\n" + good + "\n\nx\n--b1--\n",
        field("Content-Type: text/plain"),
        field(good + "\r\n" + good),
        field("Content-Disposition: attachment; name=\"a\""),
        field(good + "\r\nContent-Transfer-Encoding: base64"),
        field(good + "\r\nX: a\rb"),
        field(good + "\r\nno colon"),
        field(good + "\r\nX: " + std::string(17u << 10, 'a')),
        "--b1\r\n\r\nx\r\n--b1--\r\n",
    };
    for (const std::string& body : bodies) {
        ASSERT_FALSE(read_form(body, "b1").has_value());
        expect_same(body);
    }
}

TEST(FormScanner, NoBeginningOfAFormIsOne) {
    for (std::size_t size = 0; size + 2 < kForm.size(); ++size) {
        Collected collected;
        EXPECT_FALSE(scan(std::string_view(kForm).substr(0, size), 7, collected).has_value()) << size;
    }
}

TEST(FormScanner, BoundsHeadersAndFieldsAsInTheWhole) {
    const std::string line = "Content-Disposition: form-data; name=\"a\"\r\n";
    for (const std::size_t more : {0u, 1u, 2u}) {
        const std::size_t rest = (16u << 10) - line.size() - 7 + more;  // "X: ", and two line ends
        expect_same("--b1\r\n" + line + "X: " + std::string(rest, 'a') + "\r\n\r\nx\r\n--b1--");
    }
    std::string body;
    for (int i = 0; i < 256; ++i) body += "--b1\r\n" + line + "\r\nx\r\n";
    Collected all;
    EXPECT_TRUE(scan(body + "--b1--\r\n", 1000, all).has_value());
    Collected more;
    const auto refused = scan(body + "--b1\r\n" + line + "\r\nx\r\n--b1--\r\n", 1000, more);
    EXPECT_THAT(refused.error().message, HasSubstr("more than 256 fields"));
}

TEST(FormScanner, TellsOfContentAsItComes) {
    Collected collected;
    FormScanner scanner("b1", collected);
    const std::size_t middle = kForm.find("FF");
    ASSERT_TRUE(scanner.feed(std::string_view(kForm).substr(0, middle)).has_value());
    ASSERT_EQ(collected.fields.size(), 2u);
    EXPECT_EQ(collected.fields[1].content, "RI\r\n--b\r\n--\0"s);
}

TEST(FormScanner, EndsWithWhatTheSinkRefuses) {
    Collected collected;
    const auto scanned =
        scan("--b1\r\nContent-Disposition: form-data; name=refused\r\n\r\nx\r\n--b1--\r\n", 5, collected);
    ASSERT_FALSE(scanned.has_value());
    EXPECT_EQ(scanned.error().message, "the sink refuses it");
    EXPECT_EQ(collected.fields.front().content, "");
}

}  // namespace
}  // namespace breakwater
