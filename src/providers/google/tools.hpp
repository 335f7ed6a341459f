#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../shared/encode_notes.hpp"
#include "../shared/tool_names.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "schema.hpp"
#include "traits.hpp"

namespace breakwater::google {

/// A letter or `_`, then letters, digits, `_` and `-`. Newer models take dots and colons and twice the length; the rest
/// is what all of them take.
inline constexpr NameRules kToolNameRules{.length_max = 64, .begins_with_letter = true};

/// The tools of the request as they go on the wire, and how they may be called.
struct ToolPlan {
    struct Declaration {
        std::string name{};
        std::string_view description{};
        std::string parameters{};  ///< empty: it takes none
    };
    SchemaForm form = SchemaForm::json_schema;
    std::vector<Declaration> functions{};
    std::vector<std::string> hosted{};   ///< whole entries: {"googleSearch":{}}
    std::string_view mode{};             ///< of functionCallingConfig; empty: nothing is said
    std::vector<std::string> allowed{};  ///< allowedFunctionNames
    bool mixed = false;                  ///< functions beside hosted tools, which has to be said

    [[nodiscard]] bool empty() const noexcept { return functions.empty() && hosted.empty(); }
};

ToolPlan plan_tools(const ChatRequest& request, Generation generation, const ToolNames& names, EncodeNotes& notes);

/// The members `tools` and `toolConfig`. `sent`: the client's own bytes of the first; `retrieval`: its retrievalConfig,
/// a member of the second. Either may be empty.
void write_tools(JsonWriter& writer, const ToolPlan& plan, std::string_view sent, std::string_view retrieval);

}  // namespace breakwater::google
