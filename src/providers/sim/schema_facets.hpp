#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::sim {

/// All schemas that one value must satisfy: the schema itself, what its $ref names, the members of allOf, and one
/// chosen branch of anyOf and oneOf, which in JSON Schema all hold together. Keywords are looked up over all of them.
class SchemaFacets {
public:
    using Element = JsonReader::Element;

    /// `root` is where $ref begins. With `shortest`, branches are chosen that come to an end, so that recursion does.
    SchemaFacets(Element root, Element schema, bool shortest);

    /// The keyword in the first facet that has it and does not say null.
    [[nodiscard]] std::optional<Element> find(std::string_view keyword) const;
    /// The keyword in every facet that has it.
    [[nodiscard]] std::vector<Element> find_all(std::string_view keyword) const;
    /// The largest and the smallest value of a numeric keyword.
    [[nodiscard]] std::optional<double> largest(std::string_view keyword) const;
    [[nodiscard]] std::optional<double> smallest(std::string_view keyword) const;
    /// The value's type in the words of JSON Schema: stated, or told by other keywords; null only when nothing else may
    /// be.
    [[nodiscard]] std::string_view type() const;

private:
    void add(Element root, Element schema, bool shortest, std::size_t depth);
    std::vector<Element> facets_;
};

}  // namespace breakwater::sim
