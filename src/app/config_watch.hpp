#pragma once

#include <sys/stat.h>

#include <map>
#include <string>
#include <vector>

namespace breakwater::app {

/// Notices that one of some files is another one than before, by its time, size or inode: also when a symbolic link on
/// the way to it was swapped, as orchestrators do. Asked now and then; cheap.
/// Made before the files are read for the first time, so that a change while they are being read is noticed.
class ConfigWatch {
public:
    explicit ConfigWatch(const std::string& file) { seen_.emplace(file, look(file)); }

    /// True once after each change.
    bool changed() {
        bool any = false;
        for (auto& [file, mark] : seen_) {
            const Mark now = look(file);
            any = any || now != mark;
            mark = now;
        }
        return any;
    }
    /// From now on these files. What is known of those that were watched before stays.
    void watch(const std::vector<std::string>& files) {
        std::map<std::string, Mark> marks;
        for (const std::string& file : files) {
            const auto known = seen_.find(file);
            marks.emplace(file, known != seen_.end() ? known->second : look(file));
        }
        seen_ = std::move(marks);
    }

private:
    struct Mark {
        ino_t inode = 0;
        off_t size = 0;
        time_t seconds = 0;
        long nanoseconds = 0;
        friend bool operator==(const Mark&, const Mark&) = default;
    };
    static Mark look(const std::string& file) {
        struct stat facts{};
        if (::stat(file.c_str(), &facts) != 0) return {};
        return {facts.st_ino, facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec};
    }
    std::map<std::string, Mark> seen_;
};

}  // namespace breakwater::app
