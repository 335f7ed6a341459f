#include <fmt/format.h>

#include "breakwater/gateway/route_plan.hpp"
#include "explain_text.hpp"
#include "explain_words.hpp"

namespace breakwater {

namespace {

using nlohmann::ordered_json;

void append_estimate(std::string& out, const ordered_json& decision) {
    const ordered_json& prompt = decision.at("prompt_tokens");
    out += fmt::format("The prompt has about {} tokens ({} to {}); the answer is expected to have {}.\n",
                       number_of(prompt, "likely"), number_of(prompt, "low"), number_of(prompt, "high"),
                       number_of(decision, "output_tokens"));
}

std::string adapted_words(const ordered_json& candidate) {
    std::string words;
    if (const auto adapted = candidate.find("adapted"); adapted != candidate.end()) {
        for (const ordered_json& each : *adapted)
            words += fmt::format("{}{}={}", words.empty() ? "" : ", ", text_of(each, "field"), text_of(each, "action"));
    }
    return words;
}

void append_upstream(std::string& out, const ordered_json& upstream) {
    out += fmt::format("  {} {}, {} bytes\n  headers:", text_of(upstream, "method"), text_of(upstream, "target"),
                       number_of(upstream, "body_bytes"));
    for (const ordered_json& name : upstream.at("headers")) out += " " + printable(name.get<std::string>());
    out += "\n";
    if (const auto body = upstream.find("body"); body != upstream.end())
        out += body->dump(2, ' ', true) + "\n";  // escaped, so that nothing in it is for the terminal
}

void append_candidate(std::string& out, const ordered_json& candidate) {
    out += fmt::format("\n{}: model {} of {}\n", text_of(candidate, "deployment"), text_of(candidate, "model"),
                       text_of(candidate, "provider"));
    if (const std::string words = adapted_words(candidate); !words.empty()) out += "  adapted: " + words + "\n";
    if (const auto error = candidate.find("error"); error != candidate.end())
        out += fmt::format("  cannot be asked: {}\n", text_of(*error, "message"));
    if (candidate.contains("left_out")) out += fmt::format("  left out: {}\n", text_of(candidate, "left_out"));
    if (const auto upstream = candidate.find("upstream"); upstream != candidate.end()) append_upstream(out, *upstream);
}

}  // namespace

std::string plan_text(std::string_view plan) {
    const ordered_json read = ordered_json::parse(plan);
    const ordered_json& decision = read.at("decision");
    std::string out = fmt::format("model {}, route {}\n\n", text_of(read, "model"), text_of(read, "route"));
    const bool plain = read.value("plain_list", false);
    for (const std::string& sentence : decision_words(plain ? ordered_json() : decision)) out += sentence + "\n";
    append_estimate(out, decision);
    append_candidates(out, decision);
    for (const ordered_json& candidate : read.at("candidates")) append_candidate(out, candidate);
    return out;
}

}  // namespace breakwater
