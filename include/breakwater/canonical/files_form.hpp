#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace breakwater {

/// A client's form (multipart/form-data) with any number of files, on its way to a provider. The files are held once,
/// for all attempts, in the client's order. A value.
struct FilesForm {
    /// One that is no file.
    struct Field {
        std::string name{};
        std::string part{};  ///< all of it, from the line of its delimiter to the line end behind its content
    };
    struct File {
        std::string name{};  ///< of the field
        std::size_t at = 0;  ///< where in `text` its content begins
        std::size_t bytes = 0;
    };

    std::string boundary{};
    std::vector<Field> fields{};                ///< those that go on, in the client's order
    std::vector<File> files{};                  ///< in the client's order
    std::shared_ptr<const std::string> text{};  ///< the parts of all files, and the form's end

    [[nodiscard]] std::string_view content(const File& file) const noexcept {
        return std::string_view(*text).substr(file.at, file.bytes);
    }
};

}  // namespace breakwater
