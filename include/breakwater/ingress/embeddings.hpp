#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/canonical/embedding_request.hpp"
#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

/// How clients of a vendor ask for embeddings, and read them. Immutable, shared by all workers.
class EmbeddingDialect {
public:
    virtual ~EmbeddingDialect() = default;
    /// As Ingress::decode; `request` holds the model, where the path says it, and nothing else.
    virtual Result<void> decode(std::string& body, JsonReader& reader, EmbeddingRequest& request) const = 0;
    /// Writes the whole answer.
    [[nodiscard]] virtual std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& context,
                                                                        bool base64) const = 0;
    /// Writes the items of a part of the answer alone, separated by commas: those of the inputs from `first` on.
    [[nodiscard]] virtual std::unique_ptr<ResponseEncoder> make_part_encoder(std::uint32_t first,
                                                                             bool base64) const = 0;
    /// The whole answer around items that parts have written.
    [[nodiscard]] virtual std::string answer(std::string_view items, std::string_view model,
                                             const Usage* usage) const = 0;
};

/// The dialect of the functions below.
const EmbeddingDialect& openai_embeddings();
/// `models/NAME:embedContent` and `:batchEmbedContents` (https://ai.google.dev/api/embeddings).
const EmbeddingDialect& google_embedding();
const EmbeddingDialect& google_embedding_batch();

/// Inputs that one request may have.
inline constexpr std::size_t kEmbeddingInputsMax = 16'384;

// POST /v1/embeddings (https://platform.openai.com/docs/api-reference/embeddings), and beside OpenAI's members
// `input_type`, which its relatives have.

/// As Ingress::decode. Tokens are taken in place of texts, alone or in a list.
Result<void> decode_embedding_request(std::string& body, JsonReader& reader, EmbeddingRequest& request);

/// Writes the whole answer. Vectors come in the form that was asked for, whatever the provider sent: numbers and base64
/// of the same vector are the same 32-bit floats, bit by bit.
std::unique_ptr<ResponseEncoder> make_embedding_encoder(EncoderContext&& context, bool base64);

/// Writes the items of a part of the answer alone, separated by commas: those of the inputs from `first` on.
std::unique_ptr<ResponseEncoder> make_embedding_part_encoder(std::uint32_t first, bool base64);

/// The whole answer around items that parts have written.
std::string embedding_answer(std::string_view items, std::string_view model, const Usage* usage);

}  // namespace breakwater
