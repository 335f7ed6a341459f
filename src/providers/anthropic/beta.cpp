#include "beta.hpp"

#include <algorithm>
#include <utility>

#include "breakwater/base/strings.hpp"
#include "breakwater/providers/owned_answer.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "media.hpp"

namespace breakwater::anthropic {

namespace {

constexpr std::string_view kOauthBeta = "oauth-2025-04-20";

class BetaList {
public:
    void add_listed(std::string_view flags) {
        for (const std::string_view flag : split(flags, ',')) add(flag);
    }

    void add(std::string_view flag) {
        std::string name = to_lower(trim(flag));
        if (name.empty() || !is_header_value(name) || std::ranges::find(flags_, name) != flags_.end()) return;
        flags_.push_back(std::move(name));
    }

    // What the client wrote: "a,b" or ["a","b"].
    void add_json(std::string_view json) {
        JsonReader reader;
        const Result<JsonReader::Element> value = reader.parse(json);
        if (!value) return;
        JsonReader::Array array;
        if (!value->get(array)) return add_listed(*value);
        for (const JsonReader::Element member : array) add_listed(member);
    }

    [[nodiscard]] std::vector<std::string> take() { return std::move(flags_); }

private:
    void add_listed(JsonReader::Element element) {
        std::string_view text;
        if (element.get(text)) add_listed(text);
    }

    std::vector<std::string> flags_;
};

}  // namespace

std::vector<std::string> betas(const ChatRequest& request, const Conversation& conversation, bool oauth,
                               std::string_view configured) {
    BetaList list;
    list.add_listed(configured);
    for (const auto& [name, value] : request.extensions) {
        if (name == kBetaMember) list.add_json(value);
        if (name == "mcp_servers") list.add("mcp-client-2025-11-20");
        if (name == "context_management") list.add("context-management-2025-06-27");
        if (name == "speed") list.add("fast-mode-2026-02-01");
    }
    if (oauth) list.add(kOauthBeta);
    if (uses_files_api(conversation)) list.add(kAnthropicFilesBeta);
    return list.take();
}

std::vector<std::string> passed_betas(const Headers& sent, bool oauth, std::string_view configured) {
    BetaList list;
    list.add_listed(configured);
    for (const auto& [name, value] : sent.fields()) {
        if (iequals(name, kBetaHeader)) list.add_listed(value);
    }
    if (oauth) list.add(kOauthBeta);
    return list.take();
}

}  // namespace breakwater::anthropic
