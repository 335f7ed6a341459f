#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace breakwater::test {

/// Name and content of every file of config/catalog, by name.
inline std::vector<std::pair<std::string, std::string>> catalog_files() {
    std::vector<std::pair<std::string, std::string>> files;
    for (const auto& entry : std::filesystem::directory_iterator(BREAKWATER_SOURCE_DIR "/config/catalog")) {
        if (entry.path().extension() != ".yaml") continue;
        std::ifstream in(entry.path(), std::ios::binary);
        files.emplace_back(entry.path().filename().string(), std::string(std::istreambuf_iterator<char>(in), {}));
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace breakwater::test
