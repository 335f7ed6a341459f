#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "breakwater/base/error.hpp"
#include "breakwater/ingress/embeddings.hpp"
#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

/// What a request target means on the client listener.
enum class Endpoint : std::uint8_t {
    chat,
    count_tokens,
    embeddings,
    rerank,
    moderations,
    images,
    image_edits,
    speech,
    transcriptions,
    translations,
    passthrough,
    files,
    file,
    file_content,
    batches,
    batch,
    batch_cancel,
    message_batches,
    message_batch,
    message_batch_results,
    message_batch_cancel,
    route_plan,
    models,
    model,
    response,
    response_items,
    response_cancel,
    realtime,
    live,       ///< Google's realtime sessions, whose first message names the model
    openapi,    ///< the description of all of this
    probe,      ///< the root, which some clients ask to see whether anybody is there
    preflight,  ///< a browser's question, whatever the path
};
inline constexpr std::size_t kEndpointCount = static_cast<std::size_t>(Endpoint::probe) + 1;

struct ApiPath {
    Endpoint endpoint = Endpoint::chat;
    const Ingress* ingress = nullptr;  ///< the client's dialect, for errors too; never null in a result
    /// Endpoints model and realtime, and dialects whose paths name it: the id, decoded; of a kept response: its id.
    std::string model{};
    bool stream = false;                           ///< the path asks for a stream
    const EmbeddingDialect* embeddings = nullptr;  ///< of embeddings: whose, where not OpenAI's
};

/// Matches a request target, query ignored. Liberal where clients are known to be careless: with and without `/v1`, a
/// slash at the end, doubled slashes. Strict where two readers could disagree: dot segments, encoded NUL, `;`; an
/// encoded slash never separates. Errors: not_found with the paths that exist; invalid_request.
Result<ApiPath> match_api_path(std::string_view target);

/// The dialect in which a client at this target understands errors, whether there is something at it or not.
const Ingress& dialect_of(std::string_view target);

/// A parameter of the query, decoded; nothing when it is not there, or its escapes are broken.
std::optional<std::string> find_query_parameter(std::string_view target, std::string_view name);
/// The same; empty when it is not there, or its escapes are broken.
std::string query_parameter(std::string_view target, std::string_view name);

/// All parameters of the query with a value, decoded, in its order, but for those whose escapes are broken.
std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view target);

/// The methods that an endpoint takes, as the header Allow lists them.
std::string_view methods_of(Endpoint endpoint) noexcept;
bool is_about_models(Endpoint endpoint) noexcept;
/// At one path for the SDKs of several vendors, which a header tells apart: models and files.
bool is_shared(Endpoint endpoint) noexcept;
/// Answered to whoever asks, without a key.
bool is_public(Endpoint endpoint) noexcept;
/// HEAD is taken where GET is.
bool takes_method(Endpoint endpoint, std::string_view method) noexcept;

}  // namespace breakwater
