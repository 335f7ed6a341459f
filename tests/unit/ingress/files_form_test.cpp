#include "breakwater/ingress/forms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater {
namespace {

using ::testing::ElementsAre;

std::string field(std::string_view name, std::string_view value) {
    std::string part;
    append_form_field(part, "b", name, value);
    return part;
}

std::string file(std::string_view name, std::string_view content, bool quoted = true) {
    const std::string mark = quoted ? "\"" : "";
    return "--b\r\nContent-Disposition: form-data; name=" + mark + std::string(name) + mark +
           "; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n" + std::string(content) + "\r\n";
}

std::string end() {
    return form_end("b");
}

/// Bytes that could be taken for lines of the form.
const std::string kPicture = "\x89PNG\r\n--\r\n--c\r\n";

std::vector<std::string> contents(const FilesForm& form) {
    std::vector<std::string> all;
    for (const FilesForm::File& each : form.files) all.push_back(each.name + "=" + std::string(form.content(each)));
    return all;
}

TEST(FilesForm, FilesStandTogetherInTheirOrder) {
    std::string body = field("one", "1") + file("image[]", kPicture) + field("model", "m") + file("mask", "M") +
                       file("image[]", "second") + field("two", "2") + end();
    const auto form = take_files_form(body, "b", "image", [](const FormPart& part) { return part.name != "model"; });
    ASSERT_TRUE(form) << form.error().message;
    EXPECT_THAT(contents(*form), ElementsAre("image[]=" + kPicture, "mask=M", "image[]=second"));
    EXPECT_EQ(*form->text, file("image[]", kPicture) + file("mask", "M") + file("image[]", "second") + end());
    ASSERT_EQ(form->fields.size(), 2u);
    EXPECT_EQ(form->fields[0].part + form->fields[1].part, field("one", "1") + field("two", "2"));
}

TEST(FilesForm, SeveralFilesOfANameBecomeAList) {
    std::string body = file("image", "A") + file("mask", "M") + file("image", "B", false) + end();
    const auto form = take_files_form(body, "b", "image", [](const FormPart&) { return true; });
    ASSERT_TRUE(form) << form.error().message;
    EXPECT_THAT(contents(*form), ElementsAre("image[]=A", "mask=M", "image[]=B"));
    EXPECT_EQ(*form->text, file("image[]", "A") + file("mask", "M") + file("image[]", "B") + end());
}

TEST(FilesForm, OneFileKeepsItsName) {
    std::string body = file("image", "A") + end();
    const auto form = take_files_form(body, "b", "image", [](const FormPart&) { return true; });
    ASSERT_TRUE(form);
    EXPECT_EQ(*form->text, file("image", "A") + end());
}

}  // namespace
}  // namespace breakwater
