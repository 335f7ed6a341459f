#pragma once

#include <string>
#include <string_view>

#include "breakwater/config/config.hpp"

namespace breakwater::openai {

/// The target of a provider's requests, behind the path of its address. Immutable.
class Target {
public:
    /// `path`: the API's of the operation.
    explicit Target(const config::Provider& provider, std::string_view path = "/chat/completions");
    /// For a deployment's model, which is a part of the path in one of Azure's forms.
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

}  // namespace breakwater::openai
