#include "errors.hpp"

#include "../shared/error_body.hpp"

namespace breakwater::ollama {

Error answer_error(std::string_view body, const ErrorContext& context) {
    return classified_answer(read_provider_error(context.status, context.content_type, body), context,
                             ErrorScope::ollama);
}

Error in_band_error(JsonReader::Element object, const ErrorContext& context) {
    return classified_answer(read_provider_error(context.status, object), context, ErrorScope::ollama);
}

}  // namespace breakwater::ollama
