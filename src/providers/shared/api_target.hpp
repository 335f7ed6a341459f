#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "breakwater/config/config.hpp"

namespace breakwater {

/// The target of requests to an API of OpenAI's family, behind the path of the provider's address: the path alone, or
/// in Azure's forms. For the encoders of those dialects. Immutable.
class ApiTarget {
public:
    /// Where a dated version of Azure's has the operation.
    enum class Dated : std::uint8_t {
        deployment,  ///< below the deployment, whose name is part of the path
        resource,    ///< below the resource; the body names the deployment
    };

    /// `path`: the API's of the operation.
    explicit ApiTarget(const config::Provider& provider, std::string_view path, Dated dated = Dated::deployment);
    /// For a deployment's model.
    [[nodiscard]] std::string of(std::string_view model) const;
    /// For a session, whose query names the model, when there is one.
    [[nodiscard]] std::string of_session(std::string_view model) const;

private:
    std::string before_;
    std::string after_{};
    bool names_model_ = false;  ///< it stands between the two
};

/// Azure's API of before September 2024, which refuses `stream_options`.
bool is_old_azure(const config::Provider& provider) noexcept;

}  // namespace breakwater
