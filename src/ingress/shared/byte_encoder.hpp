#pragma once

#include <string>

#include "breakwater/ingress/ingress.hpp"

namespace breakwater::ingress {

/// Writes an answer of opaque bytes: as they are, under the media type that they came with. There is no place in them
/// for the words of an error, nor for a ping.
class ByteEncoder final : public ResponseEncoder {
public:
    void on_event(const StreamEvent& event) override {
        const auto* piece = std::get_if<BytesEvent>(&event);
        if (piece == nullptr) return;
        if (media_type_.empty()) media_type_ = piece->media_type;
        out_ += piece->bytes;
    }
    void head(HttpResponseHead& head) const override { head.headers.add("Content-Type", media_type_); }
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override {}
    [[nodiscard]] bool says_faults() const noexcept override { return false; }

private:
    std::string media_type_;
    std::string out_;
};

}  // namespace breakwater::ingress
