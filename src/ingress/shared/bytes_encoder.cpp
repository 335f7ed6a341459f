#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "breakwater/base/strings.hpp"
#include "breakwater/ingress/bytes.hpp"
#include "breakwater/wire/http_message.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "openai_error.hpp"

namespace breakwater {
namespace {

class BytesEncoder final : public ResponseEncoder {
public:
    explicit BytesEncoder(bool stream) : stream_(stream) {}

    void on_event(const StreamEvent& event) override {
        if (const auto* start = std::get_if<RelayedHead>(&event)) {
            status_ = start->status;
            fields_.clear();
            for (const auto& [name, value] : start->fields) fields_.emplace_back(name, value);
        } else if (const auto* piece = std::get_if<BytesEvent>(&event)) {
            if (fields_.empty() && !piece->media_type.empty()) fields_.emplace_back("Content-Type", piece->media_type);
            out_ += piece->bytes;
            remember(piece->bytes);
        } else if (const auto* broken = std::get_if<StreamFault>(&event)) {
            // Behind half an event it would be no more than the rest of that line.
            if (!between_events()) out_ += "\n\n";
            out_ += "data: ";
            JsonWriter json(out_);
            ingress::write_error_body(json, broken->error);
            out_ += "\n\n";
        }
    }
    void head(HttpResponseHead& head) const override {
        head.status = status_;
        for (const auto& [name, value] : fields_) head.headers.add(name, value);
    }
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override {}
    [[nodiscard]] bool says_faults() const noexcept override {
        return stream_ && std::ranges::any_of(fields_, [](const auto& field) {
                   return iequals(field.first, "content-type") && is_media_type(field.second, "text/event-stream");
               });
    }

private:
    void remember(std::string_view bytes) {
        constexpr std::size_t kKept = 4;  // the longest end of an event, "\r\n\r\n"
        end_ += bytes.substr(bytes.size() - std::min(bytes.size(), kKept));
        if (end_.size() > kKept) end_.erase(0, end_.size() - kKept);
    }
    [[nodiscard]] bool between_events() const noexcept {
        return end_.empty() || end_.ends_with("\n\n") || end_.ends_with("\r\r") || end_ == "\r\n\r\n";
    }

    bool stream_;
    int status_ = 200;
    std::vector<std::pair<std::string, std::string>> fields_{};
    std::string out_;
    std::string end_{};  // the last bytes that went out
};

}  // namespace

std::unique_ptr<ResponseEncoder> make_bytes_encoder(bool stream) {
    return std::make_unique<BytesEncoder>(stream);
}

}  // namespace breakwater
