#pragma once

#include <string>

#include "breakwater/catalog/catalog.hpp"

namespace breakwater::catalog {

/// The C++ source that defines the tables of tables.hpp. The same catalogue gives the same text.
std::string write_tables(const Catalog& catalog);

}  // namespace breakwater::catalog
