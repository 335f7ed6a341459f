#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace breakwater {

/// Why a text is no document that can be read.
enum class JsonRefusal : std::uint8_t { none, malformed, too_deep, bad_utf8, too_large };

/// The places in a text at which something begins: brackets, commas, colons, strings, other values. What is within
/// strings has none, so that long texts cost nothing behind this. By simdjson's first stage, which also checks UTF-8,
/// control characters and that strings end. Reused for text after text; one thread.
class JsonPlaces {
public:
    JsonPlaces();
    ~JsonPlaces();
    JsonPlaces(const JsonPlaces&) = delete;
    JsonPlaces& operator=(const JsonPlaces&) = delete;

    /// At least one place, when it refuses nothing.
    JsonRefusal find(std::string_view text);
    /// Behind the last place stands the end of the text.
    [[nodiscard]] const std::uint32_t* data() const noexcept;
    [[nodiscard]] std::size_t size() const noexcept;
    /// The longest text for which there is room.
    [[nodiscard]] std::size_t capacity() const noexcept;
    void release() noexcept;

private:
    struct Stage;
    std::unique_ptr<Stage> stage_;  // null while there is room for nothing
};

}  // namespace breakwater
