#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "breakwater/config/loader.hpp"

namespace breakwater::config {
namespace {

// Far above every configuration, key and certificate bundle; a device or a log given by mistake is not read into
// memory.
constexpr std::size_t kFileBytesMax = 16u << 20;

std::string reason() {
    return std::strerror(errno);
}

std::expected<std::string, std::string> read_whole_file(const std::string& path) {
    struct Close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
    if (!file) return std::unexpected(reason());
    std::string content;
    while (content.size() <= kFileBytesMax) {
        char buffer[16384];
        errno = 0;
        const std::size_t count = std::fread(buffer, 1, sizeof buffer, file.get());
        content.append(buffer, count);
        if (std::ferror(file.get()) != 0) return std::unexpected(reason());
        if (count == 0) return content;
    }
    return std::unexpected(std::string("it is larger than 16 MiB"));
}

std::optional<std::string> process_variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

Environment real_environment(std::vector<DialectInfo> dialects) {
    return {.variable = process_variable,
            .read_file = read_whole_file,
            .dialects = std::move(dialects),
            .catalog = &Catalog::builtin()};
}

}  // namespace breakwater::config
