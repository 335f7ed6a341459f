#pragma once

#include <cstdint>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/config/config.hpp"
#include "fault.hpp"

namespace breakwater::sim {

enum class Behaviour : std::uint8_t {
    chat,
    echo,
    reasoning,
    lorem,
    embed,
    rerank,
    moderation,
    image,
    speech,
    transcribe,
    realtime
};

/// All others answer with something else than a chat.
constexpr bool chats(Behaviour behaviour) noexcept {
    return behaviour <= Behaviour::lorem;
}

/// A model name, taken apart.
struct Model {
    Behaviour behaviour = Behaviour::chat;
    Fault fault{};
    Fault fail_with{};               ///< instead of `fault`, with probability settings.fail
    config::SimSettings settings{};  ///< the given ones under those of the name
};

/// "chat:tokens=50,first_token=300ms,first_token_p95=1s,gap=20ms,gap_p95=80ms,fail=20%,fail_with=refused,seed=7".
Result<Model> parse_model(std::string_view name, const config::SimSettings& settings);

}  // namespace breakwater::sim
