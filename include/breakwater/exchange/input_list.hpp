#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "breakwater/exchange/operation.hpp"

namespace breakwater {

/// An operation whose request is a list, and whose answer has one item for each input: what a provider does not take at
/// once can be asked in parts (run_in_batches).
class InputList {
public:
    virtual ~InputList() = default;
    [[nodiscard]] virtual std::size_t inputs() const noexcept = 0;
    /// The inputs from `first` on, at most `count` of them, which it takes out of the whole. The client's encoder of a
    /// part writes the items alone, separated by commas.
    [[nodiscard]] virtual std::unique_ptr<Operation> take_part(std::size_t first, std::size_t count) = 0;
    /// The whole answer around items that parts have written. `usage` of all of them, null where it is not known.
    [[nodiscard]] virtual std::string join(std::string_view items, EncoderContext&& identity,
                                           const Usage* usage) const = 0;
};

}  // namespace breakwater
