#pragma once

#include <string_view>

#include "value.hpp"

namespace breakwater::ingress {

/// Rows and readers for a dialect's table of members. `Draft` is what the dialect decodes into; it has the request as
/// `request`.
template <class Draft>
struct ParameterReaders {
    struct Parameter {
        std::string_view name;
        bool (*read)(const Value& value, Draft& draft);
    };

    // Readers of a member that goes into one field as it is.
    template <auto Member>
    static bool into(const Value& value, Draft& draft) {
        return value.read(draft.request.*Member);
    }
    template <auto Member>
    static bool object_into(const Value& value, Draft& draft) {
        return value.read_object(draft.request.*Member);
    }
    template <auto Member, int min, int max>
    static bool sampled(const Value& value, Draft& draft) {
        return value.read(draft.request.sampling.*Member, double{min}, double{max});
    }
};

}  // namespace breakwater::ingress
