// breakwater_catalog_embed OUTPUT.cpp FILE.yaml...: turns the catalogue into tables while the project is built. A
// defect in the catalogue is a build error with its file and line.
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>

#include "table_writer.hpp"

namespace {

int run(std::span<char*> arguments) {
    if (arguments.size() < 3) {
        std::cerr << "usage: breakwater_catalog_embed OUTPUT.cpp FILE.yaml...\n";
        return 2;
    }
    std::vector<std::pair<std::string, std::string>> files;
    for (const char* path : arguments.subspan(2)) {
        std::ifstream in(path, std::ios::binary);
        if (!in) {
            std::cerr << path << ": cannot be read\n";
            return 1;
        }
        files.emplace_back(path, std::string(std::istreambuf_iterator<char>(in), {}));
    }
    const auto catalog = breakwater::Catalog::parse(files);
    if (!catalog) {
        std::cerr << "config/catalog/" << catalog.error().message << '\n';
        return 1;
    }
    std::ofstream out(arguments[1], std::ios::binary | std::ios::trunc);
    out << breakwater::catalog::write_tables(*catalog);
    out.close();
    return out ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    return run(std::span(argv, static_cast<std::size_t>(argc)));
}
