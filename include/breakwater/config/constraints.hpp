#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace breakwater::config {

/// What a deployment can be required to do, in the words of `require`.
enum class Need : std::uint8_t {
    streaming,
    tools,
    parallel_tools,
    vision,
    json,
    structured_output,
    audio_input,
    audio_output,
    pdf,
    reasoning,
    web_search,
    prompt_caching,
};
inline constexpr std::size_t kNeedCount = static_cast<std::size_t>(Need::prompt_caching) + 1;
std::string_view to_string(Need need) noexcept;
std::optional<Need> need_from(std::string_view word) noexcept;

/// A set of needs.
class Needs {
public:
    [[nodiscard]] constexpr bool has(Need need) const noexcept {
        return (bits_ >> static_cast<unsigned>(need) & 1u) != 0;
    }
    [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
    constexpr void set(Need need, bool on = true) noexcept {
        const std::uint32_t bit = 1u << static_cast<unsigned>(need);
        bits_ = on ? bits_ | bit : bits_ & ~bit;
    }
    constexpr void add(Needs other) noexcept { bits_ |= other.bits_; }
    friend constexpr bool operator==(const Needs&, const Needs&) noexcept = default;

private:
    std::uint32_t bits_ = 0;
};

/// Which deployments may answer. A route, a client's key and a request each may state some; `narrow` joins them, and
/// can only take candidates away. Unset members allow everything. A value.
struct Constraints {
    struct Require {
        Needs needs{};
        std::optional<std::int64_t> context{};  ///< tokens
        std::optional<std::int64_t> max_output{};
        friend bool operator==(const Require&, const Require&) = default;
    };
    struct Max {
        std::optional<double> price_input{};  ///< USD per million tokens
        std::optional<double> price_output{};
        std::optional<double> cost{};  ///< USD for this request
        std::optional<std::chrono::milliseconds> first_token_p50{};
        std::optional<std::chrono::milliseconds> first_token_p95{};
        std::optional<std::chrono::milliseconds> gap_p95{};
        friend bool operator==(const Max&, const Max&) = default;
    };
    struct Min {
        std::optional<double> tokens_per_second{};
        std::vector<std::pair<std::string, double>> quality{};  ///< score of the operator, by its name
        friend bool operator==(const Min&, const Min&) = default;
    };
    using Names = std::vector<std::string>;

    Require require{};
    Max max{};
    Min min{};
    Names tags{};                  ///< the deployment has all of them
    std::vector<Names> regions{};  ///< the deployment is in one of each list
    std::vector<Names> only{};     ///< its name or its provider's is in each list
    Names excluded{};              ///< `not`: neither its name nor its provider's is here

    /// Adds what `other` asks for. What both limit is limited by the tighter one.
    void narrow(const Constraints& other);
    [[nodiscard]] bool empty() const { return *this == Constraints{}; }
    friend bool operator==(const Constraints&, const Constraints&) = default;
};

/// By what the candidates that meet the constraints are put in order.
enum class Objective : std::uint8_t { order, weighted, cost, latency, quality, mix };
std::string_view to_string(Objective objective) noexcept;

struct Preference {
    Objective objective = Objective::order;
    double cost = 0;  ///< shares of a mix; with `objective` mix at least one is above zero
    double latency = 0;
    double quality = 0;
    friend bool operator==(const Preference&, const Preference&) = default;
};

}  // namespace breakwater::config
