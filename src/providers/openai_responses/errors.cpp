#include "errors.hpp"

#include <utility>

#include "../shared/error_body.hpp"

namespace breakwater::openai_responses {
Error answer_error(std::string_view body, const ErrorContext& context) {
    return classified_answer(read_provider_error(context.status, context.content_type, body), context,
                             ErrorScope::openai_responses);
}

Error in_band_error(JsonReader::Element object, const ErrorContext& context) {
    const auto inner = get_object(object, "error");
    ProviderError error = read_provider_error(context.status, inner.value_or(object));
    // Without an error inside, `type` and `status` are words about the object itself.
    if (!inner) error.facts.type.clear();
    return classified_answer(std::move(error), context, ErrorScope::openai_responses);
}

}  // namespace breakwater::openai_responses
