#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "breakwater/providers/provider.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "error_body.hpp"
#include "error_context.hpp"

namespace breakwater {

/// Two thousand vectors of three thousand numbers, as text.
inline constexpr std::size_t kListAnswerBytesMax = 160u << 20;
/// Pictures and sounds.
inline constexpr std::size_t kMediaAnswerBytesMax = 64u << 20;

/// Reads an answer that is one JSON object and comes as a whole: what all operations but chat have. A dialect says what
/// the object means, and how its errors are to be understood.
class WholeAnswerDecoder : public ResponseDecoder {
public:
    /// A longer answer is a failure.
    explicit WholeAnswerDecoder(std::size_t bytes_max = kListAnswerBytesMax) noexcept : bytes_max_(bytes_max) {
        expect_whole();
    }

    Result<void> on_head(const HttpResponseHead& head) override;
    Result<void> on_body(std::string_view bytes, EventSink& sink) final;
    Result<void> on_last(std::string_view bytes, EventSink& sink) final;
    Result<void> on_end(EventSink& sink) final;

protected:
    /// The object of an answer that says nothing of a failure. Emits all but the StreamEnd.
    virtual Result<void> read(JsonReader::Element root, EventSink& sink) = 0;
    /// Whether an object is an error and no answer.
    [[nodiscard]] virtual bool is_error(JsonReader::Element root) const { return says_error(root); }
    /// The failure that a body with another status stands for.
    [[nodiscard]] virtual Error answer_error(std::string_view body) const;
    [[nodiscard]] const ErrorContext& context() const noexcept { return context_; }

private:
    Result<void> read_body(std::string_view body, EventSink& sink);

    std::size_t bytes_max_;
    ErrorContext context_;
    std::string body_;
};

}  // namespace breakwater
