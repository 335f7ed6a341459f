#pragma once

#include "../shared/value.hpp"

namespace breakwater::anthropic_messages {

using ingress::Value;

/// Reads a string, or a list of content blocks that are neither calls of tools nor their results, into `message.parts`:
/// text, images, documents, search results (as text). What is newer than this, or means something to its own vendor
/// only (server tools and their results), stays as it is, for the vendor.
bool read_content(const Value& content, Message& message);

/// The same of one block.
bool read_block(const Value& block, std::string_view type, Message& message);

/// A block's `type`; empty after a problem.
std::string_view block_type(const Value& block);

}  // namespace breakwater::anthropic_messages
