#include "yaml_fields.hpp"

#include <algorithm>
#include <cmath>

#include "breakwater/base/strings.hpp"

namespace breakwater::catalog {
namespace {

[[noreturn]] void reject_at(const YAML::Mark& mark, const std::string& message) {
    throw YAML::RepresentationException(mark, message);
}

bool is_date(std::string_view text) noexcept {
    if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 4 || i == 7;
        if (dash ? text[i] != '-' : (text[i] < '0' || text[i] > '9')) return false;
    }
    return true;
}

}  // namespace

void reject(const YAML::Node& node, const std::string& message) {
    reject_at(node.Mark(), message);
}

Fields::Fields(const YAML::Node& map, std::string_view what) : what_(what), mark_(map.Mark()) {
    if (!map.IsMap()) reject(map, what_ + ": expected a map");
    for (const auto& entry : map) {
        std::string key = read_text(entry.first);
        if (std::ranges::find(fields_, key, &Field::key) != fields_.end()) {
            reject(entry.first, what_ + ": key \"" + key + "\" stands twice");
        }
        fields_.push_back({std::move(key), entry.first.Mark(), entry.second});
    }
}

YAML::Node Fields::take(std::string_view key) {
    asked_.emplace_back(key);
    const auto field = std::ranges::find(fields_, key, &Field::key);
    if (field == fields_.end()) return YAML::Node(YAML::NodeType::Undefined);
    field->taken = true;
    return field->value;
}

YAML::Node Fields::require(std::string_view key) {
    YAML::Node value = take(key);
    if (!value.IsDefined()) reject_at(mark_, what_ + ": key \"" + std::string(key) + "\" is missing");
    return value;
}

void Fields::finish() const {
    for (const Field& field : fields_) {
        if (field.taken) continue;
        const std::vector<std::string_view> known(asked_.begin(), asked_.end());
        std::string message = what_ + ": unknown key \"" + field.key + "\"";
        if (const auto guess = nearest(field.key, known); !guess.empty()) {
            message += ", did you mean \"" + std::string(guess) + "\"?";
        }
        reject_at(field.mark, message);
    }
}

std::string read_text(const YAML::Node& node) {
    if (!node.IsScalar() || node.Scalar().empty()) reject(node, "expected a word");
    return node.Scalar();
}

double read_number(const YAML::Node& node) {
    const auto number = parse_double(read_text(node));
    if (!number || !std::isfinite(*number)) reject(node, "expected a number, got \"" + node.Scalar() + "\"");
    return *number;
}

std::int64_t read_count(const YAML::Node& node) {
    const auto number = parse_i64(read_text(node));
    if (!number || *number < 1) reject(node, "expected a whole number above 0, got \"" + node.Scalar() + "\"");
    return *number;
}

bool read_flag(const YAML::Node& node) {
    const std::string word = read_text(node);
    if (word != "true" && word != "false") reject(node, "expected true or false, got \"" + word + "\"");
    return word == "true";
}

std::vector<std::string> read_words(const YAML::Node& node) {
    if (!node.IsSequence()) reject(node, "expected a list");
    std::vector<std::string> words;
    for (const auto& entry : node) words.push_back(read_text(entry));
    return words;
}

std::string read_date(const YAML::Node& node) {
    std::string text = read_text(node);
    if (!is_date(text)) reject(node, "expected a date as 2026-11-25, got \"" + text + "\"");
    return text;
}

}  // namespace breakwater::catalog
