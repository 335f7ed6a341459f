#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/ingress/body_judge.hpp"
#include "breakwater/wire/form_scanner.hpp"
#include "fields.hpp"

namespace breakwater::ingress {

/// The form of a transcription that is passed on as it comes: takes what stands before the file out of its start, and
/// then judges what passes. Behind the file no field can say what the request is about any more.
class StreamedForm final : public BodyJudge, private FormSink {
public:
    explicit StreamedForm(std::string_view boundary) : boundary_(boundary), scanner_(boundary, *this) {}

    Result<void> take(std::string_view bytes) override { return scanner_.feed(bytes); }
    Result<void> end() override { return scanner_.finish(); }

    /// The file has begun, and it is known who is to get it.
    [[nodiscard]] bool is_routable() const noexcept { return file_at_ && !fields_.model.empty(); }
    [[nodiscard]] const std::string& model() const noexcept { return fields_.model; }
    /// Once it is routable: sets what is known of the request. `start` is all that was taken.
    void begin(std::string&& start, TranscriptionRequest& request) const;

private:
    Result<void> on_field(std::string_view name, std::optional<std::string_view> filename, std::uint64_t at) override;
    Result<void> on_content(std::string_view bytes) override;
    Result<void> on_field_end(std::uint64_t at) override;
    Result<void> begin_file();

    std::string boundary_;
    FormScanner scanner_;
    TranscriptionRequest fields_;
    TranscriptionFields reader_{fields_};
    std::shared_ptr<LateFields> late_ = std::make_shared<LateFields>();
    std::vector<std::pair<std::size_t, std::size_t>> going_on_;  ///< where the fields before the file lie that do
    std::optional<std::size_t> file_at_;
    // The field that is being read.
    std::string name_;
    std::optional<std::string> filename_;
    std::string content_;
    std::size_t at_ = 0;
    bool read_ = false;  ///< its content means something here
};

}  // namespace breakwater::ingress
