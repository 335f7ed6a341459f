#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

namespace breakwater::app {

/// Notices that one of some files is another one than before, by its time, size or inode: also when a symbolic link on
/// the way to it was swapped, as orchestrators do. Asked now and then; cheap.
class ConfigWatch {
public:
    explicit ConfigWatch(std::vector<std::string> files) : files_(std::move(files)), seen_(look()) {}

    /// True once after each change.
    bool changed() {
        auto now = look();
        if (now == seen_) return false;
        seen_ = std::move(now);
        return true;
    }
    /// From now on these files. What is known of them stays: a change while they were being loaded is still one.
    void watch(std::vector<std::string> files) {
        if (files == files_) return;
        files_ = std::move(files);
        seen_ = look();
    }

private:
    struct Mark {
        ino_t inode = 0;
        off_t size = 0;
        time_t seconds = 0;
        long nanoseconds = 0;
        friend bool operator==(const Mark&, const Mark&) = default;
    };
    [[nodiscard]] std::vector<Mark> look() const {
        std::vector<Mark> marks;
        for (const std::string& file : files_) {
            struct stat facts{};
            if (::stat(file.c_str(), &facts) == 0) {
                marks.push_back({facts.st_ino, facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec});
            } else {
                marks.emplace_back();
            }
        }
        return marks;
    }
    std::vector<std::string> files_;
    std::vector<Mark> seen_;
};

}  // namespace breakwater::app
