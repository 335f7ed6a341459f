#include "place.hpp"

#include "breakwater/base/strings.hpp"

namespace breakwater::vertex {

std::string location_address(std::string_view location) {
    if (location.empty() || location == "global") return "https://aiplatform.googleapis.com";
    std::string address("https://");
    // The multi-regions have hosts of another form.
    if (location == "us" || location == "eu")
        return address.append("aiplatform.").append(location).append(".rep.googleapis.com");
    return address.append(location).append("-aiplatform.googleapis.com");
}

std::string models_path(const config::GoogleSettings& google, std::string_view publisher) {
    std::string path = "/v1/";
    if (!google.project.empty()) {
        path.append("projects/").append(percent_encode(google.project));
        path.append("/locations/").append(percent_encode(google.location)).append("/");
    }
    return path.append("publishers/").append(publisher).append("/models/");
}

bool is_claude(std::string_view model) noexcept {
    return istarts_with(model, "claude");
}

}  // namespace breakwater::vertex
