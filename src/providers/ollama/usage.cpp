#include "usage.hpp"

#include <algorithm>

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

bool is_known_finish(std::string_view native) noexcept {
    static constexpr std::string_view kWords[] = {"stop", "length", "load", "unload"};
    return native.empty() || std::ranges::find(kWords, native) != std::end(kWords);
}

}  // namespace breakwater::ollama
