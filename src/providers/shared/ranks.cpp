#include "ranks.hpp"

#include <vector>

#include "bad_answer.hpp"

namespace breakwater {

Result<void> emit_ranks(JsonReader::Array results, std::string_view score, std::size_t documents, EventSink& sink) {
    std::vector<bool> ranked(documents);
    for (const JsonReader::Element result : results) {
        const auto index = get_int(result, "index");
        const auto value = get_double(result, score);
        if (!index || !value) return invalid_answer("a rank without its index or score");
        const auto place = static_cast<std::size_t>(*index);
        if (*index < 0 || place >= documents) return invalid_answer("a rank of a document that it was not given");
        if (ranked[place]) return invalid_answer("two ranks of one document");
        ranked[place] = true;
        sink.on_event(RankEvent{.index = static_cast<std::uint32_t>(place), .score = *value});
    }
    return {};
}

}  // namespace breakwater
