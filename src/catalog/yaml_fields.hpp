#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace breakwater::catalog {

/// Reads a YAML map strictly: every key is known and stands once. All functions throw YAML::Exception with the place of
/// the defect, because yaml-cpp does so as well; `Catalog::parse` turns the exception into an Error, once.
class Fields {
public:
    Fields(const YAML::Node& map, std::string_view what);

    /// The value of a key, which counts as known from now on; an undefined node when it is not there.
    YAML::Node take(std::string_view key);
    /// As `take`, but the key must be there.
    YAML::Node require(std::string_view key);
    /// After the last `take`: fails at the first key that nobody asked for.
    void finish() const;

private:
    struct Field {
        std::string key;
        YAML::Mark mark;
        YAML::Node value;
        bool taken = false;
    };
    std::vector<Field> fields_;
    std::vector<std::string> asked_;
    std::string what_;
    YAML::Mark mark_;
};

/// A defect at a node.
[[noreturn]] void reject(const YAML::Node& node, const std::string& message);

std::string read_text(const YAML::Node& node);
double read_number(const YAML::Node& node);
/// At least 1.
std::int64_t read_count(const YAML::Node& node);
bool read_flag(const YAML::Node& node);
std::vector<std::string> read_words(const YAML::Node& node);
/// YYYY-MM-DD, YYYY-MM or YYYY.
std::string read_date(const YAML::Node& node);

}  // namespace breakwater::catalog
