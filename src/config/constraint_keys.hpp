#pragma once

#include "key_spec.hpp"

namespace breakwater::config {

std::span<const KeySpec> require_keys();
std::span<const KeySpec> max_keys();

// The same rows for routes, `defaults` and client keys, so that all three know the same constraints.
inline constexpr KeySpec kRequire{.name = "require",
                                  .type = Type::map,
                                  .meaning =
                                      "What a deployment must be able to do. What is not known of it does not "
                                      "rule it out, but for `context` and `max_output`.",
                                  .children = require_keys};
inline constexpr KeySpec kMax{.name = "max",
                              .type = Type::map,
                              .meaning =
                                  "Upper limits. An unknown price rules a deployment out, a latency that was not "
                                  "measured yet does not.",
                              .children = max_keys};
inline constexpr KeySpec kMin{.name = "min",
                              .type = Type::numbers,
                              .meaning =
                                  "Lower limits: `tokens_per_second` as measured, and scores from the "
                                  "`quality` of deployments, such as `{ reasoning: 70 }`. A deployment without "
                                  "the score is ruled out."};
inline constexpr KeySpec kTags{
    .name = "tags", .type = Type::names, .meaning = "Tags that a deployment must have, all of them."};
inline constexpr KeySpec kRegion{
    .name = "region", .type = Type::names, .meaning = "Regions that a deployment may be in. One without is ruled out."};
inline constexpr KeySpec kOnly{
    .name = "only", .type = Type::names, .meaning = "The only deployments, or providers, that may answer."};
inline constexpr KeySpec kNot{
    .name = "not", .type = Type::names, .meaning = "Deployments, or providers, that must not answer."};

}  // namespace breakwater::config
