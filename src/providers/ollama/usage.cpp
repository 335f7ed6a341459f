#include "usage.hpp"

namespace breakwater::ollama {

Usage read_usage(JsonReader::Element answer) {
    Usage counts;
    counts.input_uncached = get_int(answer, "prompt_eval_count");
    counts.output = get_int(answer, "eval_count");
    return counts;
}

FinishReason finish_reason(std::string_view native) noexcept {
    // stop, load, unload, and words to come; an answer with calls ends with `stop` too, which the stream guard mends.
    return native == "length" ? FinishReason::length : FinishReason::stop;
}

}  // namespace breakwater::ollama
