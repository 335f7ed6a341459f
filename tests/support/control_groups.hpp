#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace breakwater::test {

/// Folders that look like the one where control groups are mounted, and the file that names the process's own. Of the
/// test that is running, and gone with it.
struct ControlGroups {
    std::filesystem::path folder;

    ControlGroups() {
        const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
        folder = std::filesystem::path(testing::TempDir()) / "breakwater-control-groups" / test.test_suite_name() /
                 test.name();
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    ~ControlGroups() { std::filesystem::remove_all(folder); }
    ControlGroups(const ControlGroups&) = delete;
    ControlGroups& operator=(const ControlGroups&) = delete;

    [[nodiscard]] std::filesystem::path mount() const { return folder / "sys"; }
    [[nodiscard]] std::string mounted() const { return mount().string(); }
    /// A file below the mount.
    void write(const std::string& name, const std::string& text) const {
        const std::filesystem::path file = mount() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }
    /// The list of the process's own groups, as a file.
    [[nodiscard]] std::string own(const std::string& text) const {
        std::ofstream(folder / "own") << text;
        return (folder / "own").string();
    }
};

}  // namespace breakwater::test
