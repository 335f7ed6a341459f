#pragma once

#include <memory>
#include <string>
#include <vector>

#include "breakwater/providers/sim.hpp"
#include "model_name.hpp"
#include "request.hpp"
#include "voice.hpp"
#include "wire_format.hpp"

namespace breakwater {

/// Where a script's steps come from: one class for answers that are known as a whole, one for streams.
class SimScript::Source {
public:
    virtual ~Source() = default;
    /// As SimScript::next; the step's strings are empty and its delay is zero.
    virtual bool next(SimStep& step) = 0;
};

}  // namespace breakwater

namespace breakwater::sim {

/// All that an answer is made from. `request` owns no parsed body, so only its plain members may be used.
struct Plan {
    Model model;
    Request request;
    Identity identity;
    std::vector<ChoiceStream> choices;
    Fault fault;
    Rng rng;  ///< for latency
};

std::unique_ptr<SimScript::Source> make_stream(Plan plan);
std::unique_ptr<SimScript::Source> make_whole(Plan plan);
/// An answer with that status and an error body.
std::unique_ptr<SimScript::Source> make_error(int status, std::string body);
/// Any other answer of status 200, after the delay of a first token. `fault` strikes its body.
std::unique_ptr<SimScript::Source> make_answer(const Model& model, const Fault& fault, Rng& rng, std::string body,
                                               std::string_view content_type = "application/json");
/// A sound, in pieces. `fault` strikes between them.
std::unique_ptr<SimScript::Source> make_sound(const Model& model, const Fault& fault, Rng& rng, Sound sound);
/// A fault that needs no answer, or null.
std::unique_ptr<SimScript::Source> make_early_fault(const Fault& fault, bool stream);

/// What a server that failed by itself says, in a stream and elsewhere.
std::string server_error();

}  // namespace breakwater::sim
