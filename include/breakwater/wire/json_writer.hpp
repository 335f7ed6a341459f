#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace breakwater {

/// Appends `text` as the inside of a JSON string: quotes, backslashes and control characters escaped; ill-formed UTF-8
/// becomes U+FFFD. Fast path for text that needs nothing.
void append_json_escaped(std::string& out, std::string_view text);

/// Appending JSON writer: text goes straight to `out`, commas are placed by the writer, nothing is checked in release
/// builds but what costs nothing. Used for every body and event on the request path. Values written raw must be valid
/// JSON.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);
    JsonWriter& string(std::string_view value);
    JsonWriter& number(std::int64_t value);
    JsonWriter& number(double value);  ///< shortest form that reads back equal; null for NaN and infinities
    JsonWriter& boolean(bool value);
    JsonWriter& null();
    JsonWriter& raw(std::string_view json);

    // key and value in one call
    JsonWriter& field(std::string_view name, std::string_view value) { return key(name).string(value); }
    JsonWriter& field(std::string_view name, const char* value) { return key(name).string(value); }
    JsonWriter& field(std::string_view name, std::int64_t value) { return key(name).number(value); }
    JsonWriter& field(std::string_view name, int value) { return key(name).number(static_cast<std::int64_t>(value)); }
    JsonWriter& field(std::string_view name, double value) { return key(name).number(value); }
    JsonWriter& field(std::string_view name, bool value) { return key(name).boolean(value); }
    JsonWriter& raw_field(std::string_view name, std::string_view json) { return key(name).raw(json); }

    [[nodiscard]] std::string& out() noexcept { return out_; }

private:
    JsonWriter& open(char c);
    JsonWriter& close(char c);
    void separate();

    std::string& out_;
    bool need_comma_ = false;
};

}  // namespace breakwater
