#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace breakwater {

/// A client's form (multipart/form-data) on its way to a provider: the fields that go as they came, and the longest of
/// them, the file, with the form's end behind it. The file is held once, for all attempts. A value.
struct FormBody {
    std::string boundary{};
    std::string fields{};                       ///< all but the longest, whole parts
    std::shared_ptr<const std::string> text{};  ///< the client's body, of which the rest is
    std::size_t file_at = 0;                    ///< where the longest field begins in `text`
};

}  // namespace breakwater
