#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "breakwater/config/config.hpp"
#include "yaml_tree.hpp"

namespace breakwater::config {

/// Typed reading of a map that was checked against the table. A member that is absent or broken leaves the target as it
/// is.
class MapReader {
public:
    /// `node` may be null: then nothing is there.
    explicit MapReader(const Node* node) : node_(node) {}

    /// The value of `key` unless absent, null or broken.
    [[nodiscard]] const Node* find(std::string_view key) const noexcept;
    [[nodiscard]] MapReader map(std::string_view key) const noexcept { return MapReader(find(key)); }
    /// Where the value of `key` is, or else where the map is.
    [[nodiscard]] Mark mark(std::string_view key) const noexcept;
    [[nodiscard]] const Node* node() const noexcept { return node_; }

    void text(std::string_view key, std::string& out) const;
    void boolean(std::string_view key, bool& out) const;
    void duration(std::string_view key, milliseconds& out) const;
    void size(std::string_view key, std::size_t& out) const;
    void share(std::string_view key, double& out) const;
    void rate(std::string_view key, double& out) const;
    [[nodiscard]] std::optional<std::uint64_t> integer(std::string_view key) const;
    [[nodiscard]] std::optional<std::int64_t> count(std::string_view key) const;
    [[nodiscard]] std::optional<double> number(std::string_view key) const;
    /// The entries of a map of numbers, broken ones left out.
    [[nodiscard]] std::vector<std::pair<std::string, double>> numbers(std::string_view key) const;
    /// The texts of a list, broken ones left out.
    [[nodiscard]] std::vector<const Node*> list(std::string_view key) const;

    /// The same, when the list is there.
    void texts(std::string_view key, std::vector<std::string>& out) const;

    template <class Enum>
    void word(std::string_view key, Enum& out, std::initializer_list<std::pair<std::string_view, Enum>> words) const {
        const Node* value = find(key);
        if (value == nullptr) return;
        for (const auto& [name, meaning] : words) {
            if (value->text == name) out = meaning;
        }
    }

private:
    [[nodiscard]] std::string_view scalar(std::string_view key) const noexcept;

    const Node* node_;
};

}  // namespace breakwater::config
