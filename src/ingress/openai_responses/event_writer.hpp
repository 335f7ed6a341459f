#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"

namespace breakwater::openai_responses_client {

/// Writes the frame of events, each named twice and numbered from 0 without a gap. Members that an event has besides
/// are appended to `out` between `begin` and `end`, each with a comma before it.
class EventWriter {
public:
    explicit EventWriter(std::string& out) : out_(out) {}

    /// `response.NAME`, or `response.NAME.STEP`.
    void begin(std::string_view name, std::string_view step = {});
    void end() { out_ += "}\n\n"; }
    /// The event `error`, with its object inside and its members beside it: SDKs differ in where they look.
    void error(const Error& error);

    [[nodiscard]] std::string& out() noexcept { return out_; }

private:
    void put_type(std::string_view name, std::string_view step);
    void put_number();

    std::string& out_;
    std::int64_t sequence_ = 0;
};

}  // namespace breakwater::openai_responses_client
