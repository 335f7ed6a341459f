#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "breakwater/providers/provider.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "encode_notes.hpp"

namespace breakwater {

// What the encoders of embeddings and rankings have in common.

/// The length of vectors to ask for. A model with one length only is not asked for it, and for no other either.
std::optional<std::int64_t> wanted_dimensions(const EmbeddingRequest& request, const EncodeContext& context,
                                              EncodeNotes& notes);

/// Refuses token ids where the API or the model takes texts only.
void refuse_tokens(const EmbeddingRequest& request, EncodeNotes& notes);

/// Notes that members of the request stay behind: all but those that the API knows.
void drop_extensions(const std::vector<std::pair<std::string, JsonText>>& extensions,
                     std::span<const std::string_view> known, EncodeNotes& notes);

/// The members that the API knows, as they are.
void write_extensions(JsonWriter& json, const std::vector<std::pair<std::string, JsonText>>& extensions,
                      std::span<const std::string_view> known);

/// The kind of input for Cohere's models, wherever they are served, which have to be told: in their own words
/// (https://docs.cohere.com/v2/reference/embed), whoever's words the client's are.
std::string_view cohere_input_type(const EmbeddingRequest& request) noexcept;

/// A POST of JSON, without its body and credential.
HttpRequest json_post(std::string target);

/// Roughly how many tokens the texts are, where a provider does not say it.
std::int64_t estimated_tokens(const EmbeddingRequest& request) noexcept;

}  // namespace breakwater
