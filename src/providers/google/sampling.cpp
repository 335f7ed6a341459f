#include "sampling.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace breakwater::google {

namespace {

constexpr std::size_t kStopMax = 5;
constexpr double kPenaltyMax = 1.99;  // the range ends before 2
constexpr std::int64_t kSeedRange = std::int64_t{1} << 31;

void write_penalty(JsonWriter& writer, std::string_view key, std::string_view field, double penalty,
                   EncodeNotes& notes) {
    const double allowed = std::min(penalty, kPenaltyMax);
    if (allowed != penalty) notes.change(std::string(field), AdaptAction::clamped);
    writer.field(key, allowed);
}

// The API's seed has 32 bits. A larger one stands for some other seed, which is as good.
void write_seed(JsonWriter& writer, std::int64_t seed, EncodeNotes& notes) {
    const std::int64_t folded = ((seed % kSeedRange) + kSeedRange) % kSeedRange;
    if (folded != seed) notes.record("seed", AdaptAction::mapped);
    writer.field("seed", folded);
}

void write_stop(JsonWriter& writer, const std::vector<std::string>& stop, EncodeNotes& notes) {
    std::vector<std::string_view> sequences;
    for (const std::string& sequence : stop) {
        if (!sequence.empty()) sequences.emplace_back(sequence);
    }
    if (sequences.size() > kStopMax) {
        notes.change("stop", AdaptAction::clamped);
        sequences.resize(kStopMax);
    }
    if (sequences.empty()) return;
    writer.key("stopSequences").begin_array();
    for (const std::string_view sequence : sequences) writer.string(sequence);
    writer.end_array();
}

void write_logprobs(JsonWriter& writer, const ChatRequest& request) {
    if (!request.logprobs.value_or(false)) return;
    writer.field("responseLogprobs", true);
    if (request.top_logprobs.value_or(0) > 0) writer.field("logprobs", *request.top_logprobs);
}

}  // namespace

void write_sampling(JsonWriter& writer, const ChatRequest& request, EncodeNotes& notes) {
    const Sampling& sampling = request.sampling;
    if (sampling.temperature) writer.field("temperature", *sampling.temperature);
    if (sampling.top_p) writer.field("topP", *sampling.top_p);
    if (sampling.top_k.value_or(0) > 0) writer.field("topK", *sampling.top_k);
    if (request.n.value_or(1) > 1) writer.field("candidateCount", *request.n);
    if (request.max_tokens) writer.field("maxOutputTokens", *request.max_tokens);
    write_stop(writer, sampling.stop, notes);
    if (sampling.seed) write_seed(writer, *sampling.seed, notes);
    if (sampling.presence_penalty)
        write_penalty(writer, "presencePenalty", "presence_penalty", *sampling.presence_penalty, notes);
    if (sampling.frequency_penalty)
        write_penalty(writer, "frequencyPenalty", "frequency_penalty", *sampling.frequency_penalty, notes);
    write_logprobs(writer, request);
    if (!sampling.logit_bias.empty() && sampling.logit_bias != "{}") notes.change("logit_bias", AdaptAction::dropped);
}

}  // namespace breakwater::google
