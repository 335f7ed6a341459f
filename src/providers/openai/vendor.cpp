#include "vendor.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"

namespace breakwater::openai {
namespace {

// Facts, with their sources, are in README.md.
constexpr std::array kVendors{
    Vendor{.name = "openai",
           .host = "api.openai.com",
           .official = true,
           .completion_tokens = true,
           .replay = ReasoningReplay::never},
    // The models behind Azure are of many vendors, so the model decides about the name of the token limit.
    Vendor{.name = "azure", .host = ".azure.com", .official = true, .replay = ReasoningReplay::never},
    Vendor{.name = "groq",
           .host = "api.groq.com",
           .completion_tokens = true,
           .message_names = false,
           .replay = ReasoningReplay::gpt_oss},
    Vendor{
        .name = "deepseek", .host = "api.deepseek.com", .thinking_switch = true, .replay = ReasoningReplay::tool_loop},
    Vendor{.name = "mistral",
           .host = "api.mistral.ai",
           .stream_options = false,
           .message_names = false,
           .marks_prefill = true,
           .short_tool_ids = true,
           .replay = ReasoningReplay::never,
           .seed = "random_seed"},
    Vendor{.name = "xai", .host = "api.x.ai", .completion_tokens = true, .message_names = false, .strict_tools = false},
    Vendor{.name = "together", .host = "api.together.xyz", .logprobs_count = true},
    Vendor{.name = "openrouter", .host = "openrouter.ai", .file_urls = true, .replay = ReasoningReplay::details},
    Vendor{.name = "perplexity",
           .host = "api.perplexity.ai",
           .stream_options = false,
           .message_names = false,
           .replay = ReasoningReplay::never},
    Vendor{
        .name = "cerebras", .host = "api.cerebras.ai", .completion_tokens = true, .replay = ReasoningReplay::gpt_oss},
    Vendor{.name = "moonshot", .host = "api.moonshot.ai", .thinking_switch = true},
    Vendor{.name = "zai", .host = "api.z.ai", .thinking_switch = true},
    Vendor{.name = "", .host = ""},
};

/// "https://api.example.com:8443/v1" -> "api.example.com"
std::string_view host_of(std::string_view url) noexcept {
    if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    return url.substr(0, url.find_first_of(":/?"));
}

bool is_host_of(const Vendor& vendor, std::string_view host) noexcept {
    if (!vendor.host.starts_with('.')) return iequals(host, vendor.host);
    return host.size() > vendor.host.size() && iequals(host.substr(host.size() - vendor.host.size()), vendor.host);
}

}  // namespace

const Vendor& vendor_of(const config::Provider& provider) noexcept {
    const bool own_address = provider.base_url.empty() && provider.preset.empty();
    const std::string_view host = own_address ? kVendors.front().host : host_of(provider.base_url);
    const auto matches = [&](const Vendor& vendor) {
        if (vendor.name.empty()) return true;
        return vendor.name == provider.preset || is_host_of(vendor, host);
    };
    return *std::ranges::find_if(kVendors, matches);
}

bool takes_completion_tokens(const Vendor& vendor, std::string_view model_vendor) noexcept {
    return vendor.completion_tokens || model_vendor == "openai";
}

bool takes_developer_role(const Vendor& vendor, std::string_view model_vendor) noexcept {
    return vendor.official || (vendor.name.empty() && model_vendor == "openai");
}

}  // namespace breakwater::openai
