#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "breakwater/providers/sim.hpp"
#include "judgement.hpp"
#include "meaning.hpp"
#include "picture.hpp"
#include "source.hpp"
#include "transcript.hpp"

namespace breakwater {
namespace {

/// Deeper than what the gateway lets in, because an encoder puts a request's schema into an object of its own.
constexpr std::size_t kDepthMax = 256;
/// Hashing all of a long prompt would cost more than the answer.
constexpr std::size_t kHashedBytes = 4096;
/// So many byte by byte, which is slow; from there on eight at a time.
constexpr std::size_t kHashedByByte = 64;

std::uint64_t hash_of(std::string_view text) noexcept {
    text = text.substr(0, kHashedBytes);
    std::uint64_t hash = fnv1a(text.substr(0, kHashedByByte));
    text.remove_prefix(std::min(text.size(), kHashedByByte));
    for (std::uint64_t word = 0; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
        std::memcpy(&word, text.data(), sizeof word);
        hash = (std::rotl(hash, 5) ^ word) * 0x9E3779B97F4A7C15u;  // 2^64 by the golden ratio
    }
    return text.empty() ? hash : fnv1a(text, hash);
}

std::uint64_t hash_of(std::string_view model, const sim::Request& request) {
    std::uint64_t hash = fnv1a(model);
    hash = std::rotl(hash, 7) ^ hash_of(request.user_text);
    for (const std::string& result : request.tool_results) {
        hash = std::rotl(hash, 7) ^ hash_of(result);
    }
    return hash;
}

std::string hexadecimal(std::uint64_t value) {
    std::string digits(16, '0');
    for (std::size_t i = digits.size(); i-- > 0; value >>= 4) digits[i] = "0123456789abcdef"[value & 15];
    return digits;
}

std::unique_ptr<SimScript::Source> refusal(const Error& error) {
    if (error.kind == ErrorKind::model_not_found) {
        return sim::make_error(404,
                               sim::error_object(error.message, "invalid_request_error", "model", "model_not_found"));
    }
    return sim::make_error(400, sim::error_object(error.message, "invalid_request_error", error.param, error.code));
}

Result<std::string> result_json(sim::Behaviour behaviour, std::string_view model_name, JsonReader::Element body) {
    if (behaviour == sim::Behaviour::embed) return sim::embeddings_json(model_name, body);
    if (behaviour == sim::Behaviour::moderation) return sim::moderation_json(model_name, body);
    return sim::rerank_json(model_name, body);
}

/// The body of an answer that is neither a chat nor a sound.
Result<sim::ResultBody> result_body(sim::Behaviour behaviour, std::string_view model_name, JsonReader::Element body) {
    if (behaviour == sim::Behaviour::image) return sim::draw_pictures(body);
    auto json = result_json(behaviour, model_name, body);
    if (!json) return std::unexpected(std::move(json.error()));
    return sim::ResultBody{.body = std::move(*json)};
}

/// What an answer that is no chat meets, drawn from its seed.
struct Draw {
    Draw(const sim::Model& model, std::string_view model_name, std::uint64_t seed)
        : rng(fnv1a(model_name) ^ std::rotl(model.settings.seed, 17) ^ std::rotl(seed, 41)),
          fault(rng.uniform() < model.settings.fail ? model.fail_with : model.fault) {}
    Rng rng;
    sim::Fault fault;
};

/// What is not a chat.
std::unique_ptr<SimScript::Source> make_result(const sim::Model& model, std::string_view model_name,
                                               JsonReader::Element body, std::uint64_t seed) {
    const bool speaks = model.behaviour == sim::Behaviour::speech;
    auto sound = speaks ? sim::speak(body) : Result<sim::Sound>();
    if (!sound) return refusal(sound.error());
    auto answer = speaks ? Result<sim::ResultBody>() : result_body(model.behaviour, model_name, body);
    if (!answer) return refusal(answer.error());
    Draw draw(model, model_name, seed);
    if (auto early = sim::make_early_fault(draw.fault, false)) return early;
    if (speaks) return sim::make_sound(model, draw.fault, draw.rng, std::move(*sound));
    return sim::make_answer(model, draw.fault, draw.rng, std::move(answer->body), answer->content_type);
}

/// What was said in the recording of a form, or drawn over its pictures.
std::unique_ptr<SimScript::Source> make_form_answer(const sim::Model& model, std::string_view model_name,
                                                    std::string_view form, std::uint64_t seed) {
    const bool draws = model.behaviour == sim::Behaviour::image;
    auto answer = draws ? sim::edit_pictures(form) : sim::transcript_of(form);
    if (!answer) return refusal(answer.error());
    Draw draw(model, model_name, seed);
    if (auto early = sim::make_early_fault(draw.fault, false)) return early;
    return sim::make_answer(model, draw.fault, draw.rng, std::move(answer->body), answer->content_type);
}

/// The steps of one request: a refusal, a fault, or an answer.
std::unique_ptr<SimScript::Source> make_source(std::string_view model_name, std::string_view body,
                                               const config::SimSettings& settings, std::uint64_t seed) {
    auto model = sim::parse_model(model_name, settings);
    if (!model) return refusal(model.error());
    if (body.starts_with("--")) return make_form_answer(*model, model_name, body, seed);
    JsonReader reader;
    const auto root = reader.parse(body, kDepthMax);
    if (!root) return refusal(root.error());
    if (!sim::chats(model->behaviour)) return make_result(*model, model_name, *root, seed);
    auto request = sim::read_request(*root);
    if (!request) return refusal(request.error());

    const std::uint64_t hash = hash_of(model_name, *request);
    Rng rng(hash ^ std::rotl(model->settings.seed, 17) ^ std::rotl(seed, 41));
    const bool fails = rng.uniform() < model->settings.fail;
    const sim::Fault fault = fails ? model->fail_with : model->fault;
    if (auto early = sim::make_early_fault(fault, request->stream)) return early;

    std::vector<sim::ChoiceStream> choices;
    choices.reserve(request->choices);
    for (std::size_t i = 0; i < request->choices; ++i) {
        choices.emplace_back(sim::plan_answer(*model, *request, hash, i), *request);
    }
    const bool stream = request->stream;
    // What pointed into the parsed body must not outlive it.
    request->tools.clear();
    request->schema.reset();
    sim::Plan plan{.model = std::move(*model),
                   .request = std::move(*request),
                   .identity = {.id = "chatcmpl-sim" + hexadecimal(rng.next()), .model = std::string(model_name)},
                   .choices = std::move(choices),
                   .fault = fault,
                   .rng = rng};
    return stream ? sim::make_stream(std::move(plan)) : sim::make_whole(std::move(plan));
}

}  // namespace

SimScript::SimScript(std::string_view model, std::string_view request_body, const config::SimSettings& settings,
                     std::uint64_t seed)
    : source_(make_source(model, request_body, settings, seed)) {}

SimScript::~SimScript() = default;
SimScript::SimScript(SimScript&&) noexcept = default;
SimScript& SimScript::operator=(SimScript&&) noexcept = default;

bool SimScript::next(SimStep& step) {
    step.delay = Duration::zero();
    step.head.status = 200;
    step.head.headers.clear();
    step.bytes.clear();
    return source_->next(step);
}

}  // namespace breakwater
